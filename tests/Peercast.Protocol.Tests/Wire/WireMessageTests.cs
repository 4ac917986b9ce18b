using Peercast.Protocol.Chunks;
using Peercast.Protocol.Primitives;
using Peercast.Protocol.Wire;

namespace Peercast.Protocol.Tests.Wire;

public sealed class WireMessageTests
{
    private static readonly SwarmId Swarm = SwarmId.Derive(Hash256.Of("key"u8), "main");

    [Fact]
    public void Handshake_EncodedAndDecoded_IsTheSame()
    {
        var sent = new HandshakeMessage(Swarm, new PeerId(7), Capabilities.Upload | Capabilities.Relay, new ChunkId(40), new ChunkId(90));

        byte[] bytes = sent.Encode();

        Assert.Equal(62, bytes.Length);
        Assert.Equal([1, 1], bytes[..2]);
        Assert.True(HandshakeMessage.TryDecode(bytes, out HandshakeMessage got, out WireError error));
        Assert.Equal(WireError.None, error);
        Assert.Equal(sent, got);
    }

    [Fact]
    public void Handshake_OfAnotherVersion_IsRefusedAsSuch()
    {
        byte[] bytes = new HandshakeMessage(Swarm, new PeerId(7), default, default, default).Encode();
        bytes[1] = 2;

        Assert.False(HandshakeMessage.TryDecode(bytes, out _, out WireError error));
        Assert.Equal(WireError.Version, error);
    }

    [Fact]
    public void Request_OnTheWire_FollowsTheByteTable()
    {
        byte[] bytes = new RequestMessage(0x01020304, new ChunkId(0x0A), 2500).Encode();

        Assert.Equal([3, 1, 2, 3, 4, 0, 0, 0, 0, 0, 0, 0, 0x0A, 0x09, 0xC4], bytes);
        Assert.True(RequestMessage.TryDecode(bytes, out RequestMessage got, out _));
        Assert.Equal(new RequestMessage(0x01020304, new ChunkId(0x0A), 2500), got);
    }

    [Fact]
    public void SmallMessages_EncodedAndDecoded_AreTheSame()
    {
        Assert.True(CancelMessage.TryDecode(new CancelMessage(9).Encode(), out CancelMessage cancel, out _));
        Assert.Equal(9u, cancel.Request);
        Assert.True(AcceptMessage.TryDecode(new AcceptMessage(9, 321).Encode(), out AcceptMessage accept, out _));
        Assert.Equal(new AcceptMessage(9, 321), accept);
        Assert.True(RejectMessage.TryDecode(new RejectMessage(9, RejectReason.TooLate).Encode(), out RejectMessage reject, out _));
        Assert.Equal(new RejectMessage(9, RejectReason.TooLate), reject);
        Assert.True(PingMessage.TryDecode(new PingMessage(77).Encode(), out PingMessage ping, out _));
        Assert.Equal(77u, ping.Token);
        Assert.True(PongMessage.TryDecode(new PongMessage(78).Encode(), out PongMessage pong, out _));
        Assert.Equal(78u, pong.Token);
        Assert.True(WindowMessage.TryDecode(new WindowMessage(new ChunkId(5), new ChunkId(6)).Encode(), out WindowMessage window, out _));
        Assert.Equal(new WindowMessage(new ChunkId(5), new ChunkId(6)), window);
        Assert.True(ChokeMessage.TryDecode(ChokeMessage.Encoded.Span, out _));
        Assert.True(UnchokeMessage.TryDecode(UnchokeMessage.Encoded.Span, out _));
        Assert.False(ChokeMessage.TryDecode(UnchokeMessage.Encoded.Span, out _));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(6)]
    [InlineData(255)]
    public void Reject_WithAReasonThatDoesNotExist_IsRefused(byte reason)
    {
        byte[] bytes = new RejectMessage(1, RejectReason.Busy).Encode();
        bytes[5] = reason;

        Assert.False(RejectMessage.TryDecode(bytes, out _, out WireError error));
        Assert.Equal(WireError.Value, error);
    }

    [Fact]
    public void Have_WithRanges_GivesThemBack()
    {
        ChunkRange[] ranges = [new(new ChunkId(100), new ChunkId(104)), new(new ChunkId(110), new ChunkId(110))];

        byte[] bytes = HaveMessage.Encode(new ChunkId(90), new ChunkId(120), ranges);

        Assert.Equal(26, bytes.Length);
        Assert.True(HaveMessage.TryDecode(bytes, out HaveMessage have, out _));
        Assert.Equal(new ChunkId(90), have.WindowStart);
        Assert.Equal(new ChunkId(120), have.BatchesBefore);
        Assert.Equal(2, have.RangeCount);
        Assert.Equal(ranges[0], have.RangeAt(0));
        Assert.Equal(ranges[1], have.RangeAt(1));
    }

    [Theory]
    [InlineData(0, 5, 3, 1)]
    [InlineData(5, 1, 5, 1)]
    [InlineData(5, 0, 9, 1)]
    [InlineData(65535, 2, 65535, 1)]
    public void Have_WithRangesThatOverlapOrAreEmptyOrTooFar_IsRefused(int first, int firstCount, int second, int secondCount)
    {
        byte[] bytes = HaveMessage.Encode(
            new ChunkId(0), new ChunkId(0), [new(new ChunkId(0), new ChunkId(0)), new(new ChunkId(2), new ChunkId(2))]);
        (bytes[18], bytes[19], bytes[20], bytes[21]) = ((byte)(first >> 8), (byte)first, (byte)(firstCount >> 8), (byte)firstCount);
        (bytes[22], bytes[23], bytes[24], bytes[25]) = ((byte)(second >> 8), (byte)second, (byte)(secondCount >> 8), (byte)secondCount);

        Assert.False(HaveMessage.TryDecode(bytes, out _, out WireError error));
        Assert.Equal(WireError.Value, error);
    }

    [Theory]
    [InlineData(DataMessage.Unit)]
    [InlineData(3 * DataMessage.Unit)]
    [InlineData(DataMessage.MaxPayload)]
    public void Data_FragmentsOfAChunk_MakeTheChunkAgain(int maxPayload)
    {
        byte[] chunk = new byte[ChunkInfo.MaxLength];
        new Random(1).NextBytes(chunk);
        byte[] rebuilt = new byte[chunk.Length];
        for (int offset = 0; offset < chunk.Length; offset += maxPayload)
        {
            byte[] message = DataFragment.At(3, new ChunkId(8), offset, chunk, maxPayload).Encode();
            Assert.InRange(message.Length, 1, 16 * 1024);
            Assert.True(DataMessage.TryDecode(message, out DataMessage data, out _));
            Assert.Equal(3u, data.Request);
            Assert.Equal(new ChunkId(8), data.Chunk);
            Assert.Equal(chunk.Length, data.Total);
            data.Payload.CopyTo(rebuilt.AsSpan(data.Offset));
        }

        Assert.Equal(chunk, rebuilt);
    }

    [Theory]
    [InlineData(0, DataMessage.Unit - 1)]
    [InlineData(1, DataMessage.Unit)]
    [InlineData(0, DataMessage.MaxPayload + DataMessage.Unit)]
    [InlineData(DataMessage.Unit, 40_000 - DataMessage.Unit)]
    public void Data_CutWhereItMayNotBe_IsRefused(int offset, int length)
    {
        byte[] message = new DataFragment(3, new ChunkId(8), offset, length, new byte[40_000]).Encode();
        Assert.False(DataMessage.TryDecode(message, out _, out WireError error));
        Assert.NotEqual(WireError.None, error);
    }

    [Theory]
    [InlineData(13, 1)]
    [InlineData(17, 0x7F)]
    [InlineData(5, 0x80)]
    public void Data_WithAFieldOutOfRange_IsRefused(int at, byte value)
    {
        byte[] message = DataFragment.At(3, new ChunkId(8), 0, new byte[100]).Encode();
        message[at] = value;

        Assert.False(DataMessage.TryDecode(message, out _, out WireError error));
        Assert.Equal(WireError.Value, error);
    }

    [Fact]
    public void Pex_WithPeers_GivesThemBack()
    {
        byte[] bytes = PexMessage.Encode([(new PeerId(1), 100), (new PeerId(2), 0)]);

        Assert.True(PexMessage.TryDecode(bytes, out PexMessage pex, out _));
        Assert.Equal(2, pex.Count);
        Assert.Equal((new PeerId(1), 100), pex.PeerAt(0));
        Assert.Equal((new PeerId(2), 0), pex.PeerAt(1));
        bytes[^4] = 0x80;
        Assert.False(PexMessage.TryDecode(bytes, out _, out _));
    }

    [Fact]
    public void Relay_EncodedAndDecoded_IsTheSame()
    {
        Assert.True(RelayMessage.TryDecode(RelayMessage.Encode(true, new PeerId(5), "hello"u8), out RelayMessage relay, out _));
        Assert.True(relay.IsForwarded);
        Assert.Equal(new PeerId(5), relay.Peer);
        Assert.Equal("hello"u8.ToArray(), relay.Payload.ToArray());
        Assert.False(RelayMessage.TryDecode(RelayMessage.Encode(false, new PeerId(5), []), out _, out _));
    }

    [Fact]
    public void Integrity_EncodedAndDecoded_IsTheSame()
    {
        Assert.True(IntegrityMessage.TryDecode(IntegrityMessage.Encode("batch"u8), out IntegrityMessage integrity, out _));
        Assert.Equal("batch"u8.ToArray(), integrity.Encoded.ToArray());
        Assert.False(IntegrityMessage.TryDecode(new byte[ManifestBatch.MaxEncodedLength + 2], out _, out _));
    }
}
