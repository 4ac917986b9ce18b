using System.Text;
using Peercast.Protocol.Signaling;

namespace Peercast.Protocol.Tests.Signaling;

public sealed class SignalingCodecTests
{
    private static readonly SignalingMessage[] Samples =
    [
        new JoinMessage(1, new string('a', 64), 5_000, true, null),
        new WelcomeMessage("0123456789abcdef", "token", 2_000),
        new WantPeersMessage(5, ["0123456789abcdef"]),
        new PeersMessage([new PeerEntry("0123456789abcdef", 100)]),
        new OfferMessage("0123456789abcdef", "s", "v=0\r\n"),
        new AnswerMessage("0123456789abcdef", "s", "v=0\r\n"),
        new CandidateMessage("0123456789abcdef", "s", "candidate:1 1 udp 1 127.0.0.1 9 typ host", "0"),
        new RefusedMessage("0123456789abcdef", "s", "full"),
        new ReportMessage(1, 2, 3, 4, 5, 6, 7),
        new SeedsMessage(3, 2, [new SeedEntry("0123456789abcdef", 1.5)]),
        new LeaveMessage(),
        new ErrorMessage("rate", "Slower."),
    ];

    [Theory]
    [InlineData(0, "join")]
    [InlineData(1, "welcome")]
    [InlineData(2, "wantPeers")]
    [InlineData(3, "peers")]
    [InlineData(4, "offer")]
    [InlineData(5, "answer")]
    [InlineData(6, "candidate")]
    [InlineData(7, "refused")]
    [InlineData(8, "report")]
    [InlineData(9, "seeds")]
    [InlineData(10, "leave")]
    [InlineData(11, "error")]
    public void TryDecode_Encoded_IsTheSame(int sample, string name)
    {
        var message = Samples[sample];
        byte[] bytes = SignalingCodec.Encode(message);
        Assert.Contains($"\"type\":\"{name}\"", Encoding.UTF8.GetString(bytes));
        Assert.True(SignalingCodec.TryDecode(bytes, out var decoded));
        Assert.Equal(bytes, SignalingCodec.Encode(decoded!));
        Assert.Equal(message.GetType(), decoded!.GetType());
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"type\":\"nothing\"}")]
    [InlineData("{\"type\":7}")]
    [InlineData("{\"type\":\"offer\",\"peer\":null,\"session\":\"s\",\"sdp\":\"\"}")]
    [InlineData("{\"type\":\"offer\",\"peer\":\"0123456789abcdef\",\"session\":\"s\"}")]
    [InlineData("{\"type\":\"wantPeers\",\"count\":1,\"exclude\":null}")]
    [InlineData("{\"type\":\"join\",\"version\":1e99,\"swarmId\":\"\",\"uplinkKbps\":0,\"listening\":true,\"resume\":null}")]
    [InlineData("{\"type\":\"leave\"} {\"type\":\"leave\"}")]
    public void TryDecode_Malformed_IsRefused(string text) =>
        Assert.False(SignalingCodec.TryDecode(Encoding.UTF8.GetBytes(text), out _));

    [Fact]
    public void TryDecode_TooLong_IsRefused()
    {
        byte[] bytes = SignalingCodec.Encode(new ErrorMessage("rate", new string('a', SignalingCodec.MaxMessageLength)));
        Assert.False(SignalingCodec.TryDecode(bytes, out _));
    }

    [Fact]
    public void TryDecode_UnknownMember_IsIgnored()
    {
        byte[] bytes = Encoding.UTF8.GetBytes("{\"later\":[1,{\"a\":2}],\"type\":\"leave\"}");
        Assert.True(SignalingCodec.TryDecode(bytes, out var message));
        Assert.IsType<LeaveMessage>(message);
    }

    [Fact]
    public void TryDecode_RandomAndMutatedBytes_NeverThrows()
    {
        var random = new Random(7);
        byte[][] encoded = [.. Samples.Select(SignalingCodec.Encode)];
        int decoded = 0;
        for (int i = 0; i < 100_000; i++)
        {
            byte[] bytes;
            if (i % 4 == 0)
            {
                bytes = new byte[random.Next(64)];
                random.NextBytes(bytes);
            }
            else
            {
                bytes = [.. encoded[random.Next(encoded.Length)]];
                for (int flips = random.Next(3); flips > 0; flips--)
                {
                    bytes[random.Next(bytes.Length)] = (byte)random.Next(random.Next(2) == 0 ? 128 : 256);
                }

                if (i % 8 == 1)
                {
                    bytes = bytes[..random.Next(bytes.Length)];
                }
            }

            decoded += SignalingCodec.TryDecode(bytes, out _) ? 1 : 0;
        }

        Assert.InRange(decoded, 1_000, 99_000);
    }
}
