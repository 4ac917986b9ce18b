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

    private double Estimate => _parts.Context.Neighbors.Suppliers[_neighbor.Slot].ServiceSeconds;

    private void Holds(int first) =>
        _parts.Context.Window.AddHolder(new ChunkRange(new ChunkId(first), new ChunkId(_channel.Chunks - 1)), _neighbor.Bit);
}
