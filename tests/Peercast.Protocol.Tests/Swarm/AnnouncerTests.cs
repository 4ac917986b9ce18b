using Peercast.Protocol.Chunks;
using Peercast.Protocol.Primitives;
using Peercast.Protocol.Swarm;
using Peercast.Protocol.Wire;

namespace Peercast.Protocol.Tests.Swarm;

/// <summary>Who hears of a chunk, and when.</summary>
public sealed class AnnouncerTests
{
    private static readonly TimeSpan Begin = TimeSpan.FromMinutes(1);
    private readonly SwarmParts _parts = new(new SwarmOptions(), new NoVerifier(), new Random(1));
    private readonly ControlSink _sink = new();
    private readonly Neighbor _lacks;
    private readonly Neighbor _holds;

    public AnnouncerTests()
    {
        SwarmContext context = _parts.Context;
        context.Window.Clear(new ChunkId(100));
        _lacks = Add(1);
        _holds = Add(2);

        // The first one goes to all.
        Hold(100);
        Flush(Begin);
        Assert.Equal([(_lacks.Id, 100), (_holds.Id, 100)], _sink.Take());
    }

    [Fact]
    public void Flush_SomeHoldAllThatIsNew_TellsThemOnceASecond()
    {
        TellsOfHolding(_holds, 101, 102);
        Hold(101);
        Flush(Begin + TimeSpan.FromSeconds(0.3));
        Assert.Equal([(_lacks.Id, 101)], _sink.Take());
        Hold(102);
        Flush(Begin + TimeSpan.FromSeconds(0.6));
        Assert.Equal([(_lacks.Id, 102)], _sink.Take());

        Assert.Equal(Begin + TimeSpan.FromSeconds(1), _parts.Announcer.Due);
        Flush(_parts.Announcer.Due);
        Assert.Equal([(_holds.Id, 101), (_holds.Id, 102)], _sink.Take());
        Assert.Equal(TimeSpan.MaxValue, _parts.Announcer.Due);
    }

    [Fact]
    public void Flush_OneThatWasNotToldLacksTheNext_HearsOfBoth()
    {
        TellsOfHolding(_holds, 101);
        Hold(101);
        Flush(Begin + TimeSpan.FromSeconds(0.3));
        _sink.Take();
        Hold(102);
        Flush(Begin + TimeSpan.FromSeconds(0.6));
        Assert.Equal([(_lacks.Id, 102), (_holds.Id, 101), (_holds.Id, 102)], _sink.Take());
    }

    [Theory]
    [InlineData(15, 500)]
    [InlineData(16, 150)]
    public void Add_FarFewerNeighborsThanWanted_WaitsLonger(int neighbors, int milliseconds)
    {
        for (byte number = 3; number <= neighbors; number++)
        {
            Add(number);
        }

        Hold(101);

        Assert.Equal(Begin + TimeSpan.FromMilliseconds(milliseconds), _parts.Announcer.Due);
    }

    private Neighbor Add(byte number)
    {
        Neighbor neighbor = _parts.Context.Neighbors.Add(new NeighborId(number), new PeerId(number), weOffered: true, Begin)!;
        _parts.Context.Neighbors.MarkReady(neighbor);
        return neighbor;
    }

    private void TellsOfHolding(Neighbor neighbor, long first, long last) =>
        _parts.Context.Window.AddHolder(new ChunkRange(new ChunkId(first), new ChunkId(last)), neighbor.Bit);

    private void TellsOfHolding(Neighbor neighbor, long chunk) => TellsOfHolding(neighbor, chunk, chunk);

    private void Hold(long chunk)
    {
        ChunkWindow window = _parts.Context.Window;
        window.Hold(window.Find(new ChunkId(chunk))!, new byte[10]);
        _parts.Announcer.Add(Begin, new ChunkId(chunk));
    }

    private void Flush(TimeSpan now)
    {
        _parts.Announcer.Flush(now);
        _parts.Context.Outbox.Drain(_sink);
    }

    private sealed class NoVerifier : IContentVerifier
    {
        public Hash256 ChannelFingerprint => default;

        public string Rendition => "main";

        public SignedBatch? TryVerify(ReadOnlySpan<byte> encoded) => null;

        public bool IsGenuine(in ChunkInfo chunk, ReadOnlyMemory<byte> bytes) => false;
    }

    /// <summary>Notes who was told of which chunk.</summary>
    private sealed class ControlSink : ISwarmSink
    {
        private readonly List<(NeighborId To, int Chunk)> _told = [];

        public (NeighborId To, int Chunk)[] Take()
        {
            (NeighborId, int)[] told = [.. _told];
            _told.Clear();
            return told;
        }

        public void SendControl(NeighborId neighbor, ReadOnlyMemory<byte> message)
        {
            Assert.True(HaveMessage.TryDecode(message.Span, out HaveMessage have, out _));
            for (int i = 0; i < have.RangeCount; i++)
            {
                for (ChunkId id = have.RangeAt(i).First; id <= have.RangeAt(i).Last; id = id.Next)
                {
                    _told.Add((neighbor, (int)id.Value));
                }
            }
        }

        public void SendData(NeighborId neighbor, ReadOnlyMemory<byte> message) => Assert.Fail("Nothing was asked for.");

        public void Connect(PeerId peer) => Assert.Fail("Nobody was introduced.");

        public void Disconnect(NeighborId neighbor, DisconnectReason reason) => Assert.Fail("Nobody did wrong.");

        public void WantPeers(int count, IReadOnlyList<PeerId> exclude) => Assert.Fail("Not the announcer's task.");

        public void FetchChunks(int request, ChunkRange range) => Assert.Fail("Not the announcer's task.");

        public void CancelFetch(int request) => Assert.Fail("Not the announcer's task.");

        public void FetchBatches(ChunkId from, TimeSpan wait) => Assert.Fail("Not the announcer's task.");

        public void Deliver(ChunkInfo chunk, SignedBatch batch, ReadOnlyMemory<byte> bytes) => Assert.Fail("Not the announcer's task.");

        public void Skip(ChunkRange lost) => Assert.Fail("Not the announcer's task.");
    }
}
