using System.Net;
using System.Text;
using Peercast.WebRtc.Stun;

namespace Peercast.WebRtc.Tests.Stun;

public sealed class StunFuzzTests
{
    private const int Rounds = 150_000;
    private static readonly byte[] Key = Encoding.UTF8.GetBytes(StunTestVectors.Password);

    [Fact]
    public void Codec_RandomAndMutatedDatagrams_NeverThrowsAndStaysInBounds()
    {
        var random = new Random(20250101);
        byte[][] originals = [StunTestVectors.Request, StunTestVectors.ResponseV4, StunTestVectors.ResponseV6, StunTestVectors.LongTermRequest];
        byte[] response = new byte[StunBindingServer.MaxResponseLength];
        IPEndPoint from = IPEndPoint.Parse("[2001:db8::1]:9");
        int parsed = 0, answered = 0;
        for (int round = 0; round < Rounds; round++)
        {
            byte[] datagram = Make(random, originals);
            if (StunMessage.TryParse(datagram, out StunMessage message))
            {
                parsed++;
                Touch(message, datagram.Length);
            }

            if (StunMessage.TryReadUsernameFragment(datagram, out ReadOnlySpan<byte> fragment))
                Assert.InRange(fragment.Length, 1, datagram.Length - StunMessage.HeaderLength);
            if (StunBindingServer.TryRespond(datagram, from, response, out int length))
            {
                answered++;
                Assert.InRange(length, StunMessage.HeaderLength, Math.Min(response.Length, datagram.Length * 22 / 10));
                Assert.True(StunMessage.TryParse(response.AsSpan(0, length), out _));
            }
        }

        // The inputs are no mere noise: a good part reaches the code behind the first checks.
        Assert.InRange(parsed, Rounds / 50, Rounds);
        Assert.InRange(answered, Rounds / 200, Rounds);
    }

    private static byte[] Make(Random random, byte[][] originals)
    {
        if (random.Next(8) == 0)
        {
            byte[] noise = new byte[random.Next(200)];
            random.NextBytes(noise);
            return noise;
        }

        List<byte> bytes = [.. originals[random.Next(originals.Length)]];
        bool refresh = random.Next(2) == 0;
        if (refresh)
        {
            // Without FINGERPRINT, so that mutations are not all caught by it.
            int end = bytes.Count - 8;
            if (bytes[end] == 0x80)
                bytes.RemoveRange(end, 8);
        }

        for (int mutations = random.Next(4); mutations > 0 && bytes.Count > 0; mutations--)
        {
            int at = random.Next(bytes.Count);
            switch (random.Next(4))
            {
                case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 1: bytes[at] = (byte)random.Next(256); break;
                case 2: bytes.RemoveRange(at, Math.Min(bytes.Count - at, 4 * random.Next(1, 4))); break;
                default: bytes.InsertRange(at, new byte[4 * random.Next(1, 4)]); break;
            }
        }

        if (refresh && bytes.Count >= 20)
        {
            int length = bytes.Count - 20;
            (bytes[2], bytes[3]) = ((byte)(length >> 8), (byte)length);
        }

        return [.. bytes];
    }

    private static void Touch(in StunMessage message, int datagramLength)
    {
        int total = 0;
        foreach (StunAttribute attribute in message.Attributes)
            total += 4 + attribute.Value.Length;
        Assert.InRange(total, 0, datagramLength - StunMessage.HeaderLength);
        _ = message.VerifyIntegrity(Key);
        _ = message.HasUseCandidate;
        _ = message.TryGetPriority(out _);
        _ = message.TryGetRole(out _, out _);
        if (message.TryGetErrorCode(out int code))
            Assert.InRange(code, 300, 699);
        if (message.TryGetMappedAddress(out IPEndPoint? endPoint))
            Assert.NotNull(endPoint);
    }
}
