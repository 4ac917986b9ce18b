using Peercast.Protocol.Chunks;
using Peercast.Protocol.Primitives;
using Peercast.Protocol.Wire;

namespace Peercast.Protocol.Tests.Wire;

/// <summary>Whatever the bytes, decoding neither throws nor gives a message that breaks its own rules.</summary>
public sealed class WireFuzzTests
{
    private const int Rounds = 200_000;

    [Fact]
    public void Decoders_OfMutatedMessages_NeverThrowAndNeverLie()
    {
        var random = new Random(1);
        byte[][] seeds = Seeds();
        int accepted = 0;
        for (int i = 0; i < Rounds; i++)
        {
            byte[] message = (byte[])seeds[random.Next(seeds.Length)].Clone();
            for (int flips = random.Next(4); flips > 0 && message.Length > 0; flips--)
            {
                message[random.Next(Math.Min(message.Length, 40))] = (byte)random.Next(256);
            }

            ReadOnlySpan<byte> cut = random.Next(4) == 0 ? message.AsSpan(0, random.Next(message.Length + 1)) : message;
            accepted += Decode(cut) ? 1 : 0;
        }

        Assert.InRange(accepted, Rounds / 10, Rounds * 9 / 10);
    }

    [Fact]
    public void Decoders_OfRandomBytes_NeverThrowAndNeverLie()
    {
        var random = new Random(2);
        byte[] buffer = new byte[300];
        for (int i = 0; i < Rounds; i++)
        {
            random.NextBytes(buffer);
            buffer[0] = (byte)random.Next(18);
            Decode(buffer.AsSpan(0, random.Next(buffer.Length)));
        }

        Assert.False(Decode([]));
        Assert.False(Decode(new byte[WireFormat.MaxMessageLength + 1]));
    }

    private static byte[][] Seeds() =>
    [
        new HandshakeMessage(default, new PeerId(1), Capabilities.Upload, new ChunkId(1), new ChunkId(9)).Encode(),
        HaveMessage.Encode(new ChunkId(5), new ChunkId(50), [new(new ChunkId(7), new ChunkId(9)), new(new ChunkId(20), new ChunkId(30))]),
        new RequestMessage(1, new ChunkId(2), 3).Encode(),
        new CancelMessage(1).Encode(),
        DataFragment.At(1, new ChunkId(2), 0, new byte[100]).Encode(),
        DataFragment.At(1, new ChunkId(2), DataMessage.MaxPayload, new byte[DataMessage.MaxPayload + 60]).Encode(),
        DataFragment.At(1, new ChunkId(2), 0, new byte[3000], DataMessage.Unit).Encode(),
        IntegrityMessage.Encode(new byte[200]),
        ChokeMessage.Encoded.ToArray(),
        UnchokeMessage.Encoded.ToArray(),
        PexMessage.Encode([(new PeerId(1), 1), (new PeerId(2), 2)]),
        new AcceptMessage(1, 2).Encode(),
        new RejectMessage(1, RejectReason.Busy).Encode(),
        new PingMessage(1).Encode(),
        new PongMessage(1).Encode(),
        RelayMessage.Encode(false, new PeerId(1), "x"u8),
        new WindowMessage(new ChunkId(1), new ChunkId(2)).Encode(),
    ];

    private static bool Decode(ReadOnlySpan<byte> message)
    {
        if (!WireFormat.TryReadType(message, out MessageType type, out WireError error))
        {
            Assert.NotEqual(WireError.None, error);
            return false;
        }

        bool ok;
        switch (type)
        {
            case MessageType.Handshake:
                ok = HandshakeMessage.TryDecode(message, out HandshakeMessage handshake, out error);
                Assert.True(!ok || handshake.Encode().Length == message.Length);
                break;
            case MessageType.Have:
                ok = HaveMessage.TryDecode(message, out HaveMessage have, out error);
                for (int i = 0; ok && i < have.RangeCount; i++)
                {
                    ChunkRange range = have.RangeAt(i);
                    Assert.True(range.Count >= 1 && range.First >= have.WindowStart && range.Last - have.WindowStart <= HaveMessage.MaxOffset);
                    Assert.True(i == 0 || have.RangeAt(i - 1).Last < range.First);
                }

                break;
            case MessageType.Request:
                ok = RequestMessage.TryDecode(message, out RequestMessage request, out error);
                Assert.True(!ok || message.SequenceEqual(request.Encode()));
                break;
            case MessageType.Cancel:
                ok = CancelMessage.TryDecode(message, out CancelMessage cancel, out error);
                Assert.True(!ok || message.SequenceEqual(cancel.Encode()));
                break;
            case MessageType.Data:
                ok = DataMessage.TryDecode(message, out DataMessage data, out error);
                Assert.True(!ok || (data.Total is >= 1 and <= ChunkInfo.MaxLength && data.Offset + data.Payload.Length <= data.Total));
                break;
            case MessageType.Integrity:
                ok = IntegrityMessage.TryDecode(message, out _, out error);
                break;
            case MessageType.Choke:
                ok = ChokeMessage.TryDecode(message, out error);
                break;
            case MessageType.Unchoke:
                ok = UnchokeMessage.TryDecode(message, out error);
                break;
            case MessageType.Pex:
                ok = PexMessage.TryDecode(message, out PexMessage pex, out error);
                Assert.True(!ok || pex.Count <= PexMessage.MaxPeers);
                break;
            case MessageType.Accept:
                ok = AcceptMessage.TryDecode(message, out AcceptMessage accept, out error);
                Assert.True(!ok || message.SequenceEqual(accept.Encode()));
                break;
            case MessageType.Reject:
                ok = RejectMessage.TryDecode(message, out RejectMessage reject, out error);
                Assert.True(!ok || message.SequenceEqual(reject.Encode()));
                break;
            case MessageType.Ping:
                ok = PingMessage.TryDecode(message, out _, out error);
                break;
            case MessageType.Pong:
                ok = PongMessage.TryDecode(message, out _, out error);
                break;
            case MessageType.Relay:
                ok = RelayMessage.TryDecode(message, out RelayMessage relay, out error);
                Assert.True(!ok || relay.Payload.Length is >= 1 and <= RelayMessage.MaxPayload);
                break;
            default:
                ok = WindowMessage.TryDecode(message, out WindowMessage window, out error);
                Assert.True(!ok || message.SequenceEqual(window.Encode()));
                break;
        }

        Assert.Equal(ok, error == WireError.None);
        return ok;
    }
}
