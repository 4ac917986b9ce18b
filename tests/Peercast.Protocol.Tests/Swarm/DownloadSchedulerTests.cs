using Peercast.Protocol.Primitives;
using Peercast.Protocol.Swarm;
using Peercast.Protocol.Wire;

namespace Peercast.Protocol.Tests.Swarm;

/// <summary>What is asked of neighbors, and what becomes of their answers. Chunks 0 to 9 are held and play, one neighbor has all others.</summary>
public sealed class DownloadSchedulerTests : IDisposable
{
    private readonly SignedChannel _channel = new();
    private readonly SwarmParts _parts;
    private readonly Neighbor _neighbor;

    public DownloadSchedulerTests()
    {
        _parts = new SwarmParts(new SwarmOptions { UrgentWindow = TimeSpan.FromSeconds(3) }, _channel.Verifier, new Random(1));
        SwarmContext context = _parts.Context;
        _parts.JumpTo(default, new ChunkId(0));
        while (_channel.End < TimeSpan.FromSeconds(10))
        {
            context.Ledger.Add(_channel.NextBatch().Encoded.Span, out _);
        }

        for (int id = 0; id < 10; id++)
        {
            context.Window.Hold(context.Window.Find(new ChunkId(id))!, new byte[10]);
        }

        context.Playhead.Advance(default);
        _neighbor = context.Neighbors.Add(new NeighborId(1), new PeerId(1), weOffered: true, default)!;
        context.Neighbors.MarkReady(_neighbor);
        context.Neighbors.Suppliers[_neighbor.Slot].Uploads = true;
    }

    public void Dispose() => _channel.Dispose();

    [Theory]
    [InlineData(10, 3)]
    [InlineData(40, 2)]
    public void Run_OneNeighborHasIt_IsAskedForOneMoreWhereItIsUrgent(int firstHeld, int asked)
    {
        Holds(firstHeld);
        _parts.Downloads.Run(default);
        Assert.Equal(asked, _neighbor.Outstanding.Count);
    }

    [Fact]
    public void Run_PlacesAreTakenByWhatIsNotUrgent_OneIsLeftForWhatIs()
    {
        Holds(40);
        _parts.Downloads.Run(default);
        Holds(10);
        _parts.Downloads.Run(TimeSpan.FromSeconds(0.1));
        Assert.Equal([false, false, true], _neighbor.Outstanding.Select(request => request.Chunk.Value < 40));
    }

    [Fact]
    public void Run_NoAnswerInTime_TheNextRequestIsWaitedForLonger()
    {
        Holds(40);
        _parts.Downloads.Run(default);
        TimeSpan patience = _neighbor.Outstanding[0].GiveUpAt;
        double estimate = Estimate;
        _parts.Downloads.Run(patience);
        Assert.Equal(2, _parts.Context.Counter.RequestsTimedOut);
        Assert.Empty(_neighbor.Outstanding);

        // Both ran out for one and the same reason.
        Assert.InRange(Estimate, estimate, (estimate * 2) + 0.1);
        TimeSpan again = patience + TimeSpan.FromSeconds(1);
        _parts.Downloads.Run(again);
        Assert.True(_neighbor.Outstanding[0].GiveUpAt - again > patience + TimeSpan.FromSeconds(0.3));
    }

    [Fact]
    public void Run_AcceptedButLate_OriginIsAskedAndWhatHasBegunGoesOn()
    {
        Holds(10);
        _parts.Downloads.Run(default);
        PendingRequest begun = _neighbor.Outstanding[0], waiting = _neighbor.Outstanding[1];
        _parts.Requests.Accepted(default, _neighbor, new AcceptMessage(begun.Id, 100));
        _parts.Requests.Accepted(default, _neighbor, new AcceptMessage(waiting.Id, 100));
        _parts.Requests.Received(default, _neighbor, new DataMessage(DataFragment.At(begun.Id, begun.Chunk, 0, new byte[10], 5)));

        var late = TimeSpan.FromSeconds(0.5);
        _parts.Downloads.Run(late);
        ChunkEntry first = Find(begun.Chunk), second = Find(waiting.Chunk);
        Assert.All([first, second], entry => Assert.NotEqual(0, entry.OriginRequest));
        Assert.Equal([begun, null], [first.Request, second.Request]);

        _parts.Context.Window.Hold(first, new byte[10]);
        _parts.Requests.Overtaken(begun.Chunk);
        Assert.Null(first.Request);
        Assert.DoesNotContain(begun, _neighbor.Outstanding);
    }

    [Theory]
    [InlineData(10, 0.40, false)]
    [InlineData(10, 0.45, true)]
    [InlineData(30, 2.10, true)]
    public void Run_NobodyHasIt_ANewcomerWaitsLonger(int chunk, double seconds, bool asksOrigin)
    {
        // Ten chunks are a second; F is 0.75 s of a latency of 5 s, half of it for a newcomer, and the origin takes 0.2 s.
        _parts.Downloads.Run(TimeSpan.FromSeconds(seconds));
        Assert.Equal(asksOrigin, Find(new ChunkId(chunk)).OriginRequest != 0);
    }

    private double Estimate => _parts.Context.Neighbors.Suppliers[_neighbor.Slot].ServiceSeconds;

    private ChunkEntry Find(ChunkId id) => _parts.Context.Window.Find(id)!;

    private void Holds(int first) =>
        _parts.Context.Window.AddHolder(new ChunkRange(new ChunkId(first), new ChunkId(_channel.Chunks - 1)), _neighbor.Bit);
}
