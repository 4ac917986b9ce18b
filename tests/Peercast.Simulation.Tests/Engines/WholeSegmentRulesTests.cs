using Peercast.Protocol.Primitives;
using Peercast.Protocol.Swarm;
using Peercast.Simulation.Engines.Reference;

namespace Peercast.Simulation.Tests.Engines;

public sealed class WholeSegmentRulesTests
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(3);

    [Fact]
    public void Decide_WithinHighDemand_FetchesTwoSegmentsAtOnceAndInOrder()
    {
        using EngineBench bench = Installed();
        Assert.Equal([EngineBench.Segment(1), EngineBench.Segment(2)], bench.Sink.Fetches);

        bench.FromOrigin(0.2, EngineBench.Segment(1));
        Assert.Equal(EngineBench.Segment(3), bench.Sink.Fetches[^1]);
        Assert.Equal(3, bench.Sink.Fetches.Count);
    }

    [Fact]
    public void Decide_WithinHighDemandAndNoFetchFree_TakesTheNextFromANeighborThatHasIt()
    {
        using EngineBench bench = Installed();
        bench.Connect(1);
        bench.Connect(2);
        bench.Announce(0.1, 1, 3, 4);
        Assert.Equal([(EngineBench.Neighbor(1), EngineBench.Segment(3))], bench.Sink.Requests);

        bench.Announce(0.1, 2, 4, 5);
        Assert.Equal((EngineBench.Neighbor(2), EngineBench.Segment(4)), bench.Sink.Requests[^1]);
        Assert.Equal(2, bench.Sink.Requests.Count);
    }

    [Fact]
    public void Decide_FetchBecomesFreeWithinHighDemand_TakesADownloadOverFromWhereItIs()
    {
        using EngineBench bench = Installed();
        bench.Connect(1);
        bench.Announce(0.1, 1, 3);
        bench.FromNeighbor(0.2, 1, 1, 15);
        bench.FromOrigin(0.3, EngineBench.Segment(1));
        Assert.Contains((EngineBench.Neighbor(1), ReferenceMessageKind.Cancel), bench.Sink.Messages);
        Assert.Equal(new ChunkRange(new ChunkId(16), new ChunkId(19)), bench.Sink.Fetches[^1]);
    }

    [Fact]
    public void Decide_OutsideHighDemand_AsksNeighborsAloneAndThreeAtOnce()
    {
        using EngineBench bench = Tuned();
        int fetches = bench.Sink.Fetches.Count;
        for (int neighbor = 1; neighbor <= 4; neighbor++)
        {
            bench.Connect(neighbor);
            bench.Announce(0.1, neighbor, 5, 6, 7, 8);
        }

        Assert.Equal([EngineBench.Segment(5), EngineBench.Segment(6), EngineBench.Segment(7)], bench.Sink.Requests.Select(r => r.Range));
        Assert.Equal(3, bench.Sink.Requests.Select(r => r.To).Distinct().Count());
        Assert.Equal(fetches, bench.Sink.Fetches.Count);
    }

    [Fact]
    public void KeepHouse_DownloadStandsStill_IsGivenUpAndTheThirdTimeItsNeighborToo()
    {
        using EngineBench bench = Tuned();
        bench.Connect(1);
        bench.Announce(0.1, 1, 9);
        for (double second = 0.2; second < 7 && bench.Sink.Dropped.Count == 0; second += 0.1)
        {
            bench.Tick(second);
        }

        Assert.Equal(3, bench.Sink.Requests.Count);
        Assert.Equal([EngineBench.Neighbor(1)], bench.Sink.Dropped);
    }

    [Fact]
    public void KeepHouse_SegmentsThatNobodyHas_AreFetchedAheadOfTimeNowAndThen()
    {
        using EngineBench bench = Tuned();
        bench.Connect(1);
        bench.FromOrigin(0.1, EngineBench.Segment(0));
        bench.FromOrigin(0.1, EngineBench.Segment(1));
        bench.FromOrigin(0.1, EngineBench.Segment(2));
        bench.FromOrigin(0.1, EngineBench.Segment(3));
        int before = bench.Sink.Fetches.Count;
        for (double second = 0.2; second < 3.1 && bench.Sink.Fetches.Count == before; second += 0.1)
        {
            bench.Tick(second);
        }

        Assert.InRange(bench.Sink.Fetches.Count, before + 1, before + 2);
        Assert.All(bench.Sink.Fetches.Skip(before), range => Assert.InRange(range.First.Value, 20, 44));
    }

    [Fact]
    public void Receive_SegmentNotWholeYet_IsNotPlayed()
    {
        using EngineBench bench = Installed();
        bench.FromOrigin(0.1, new ChunkRange(new ChunkId(0), new ChunkId(3)));
        Assert.Empty(bench.Sink.Delivered);
        bench.FromOrigin(0.2, new ChunkRange(new ChunkId(4), new ChunkId(4)));
        Assert.Equal(5, bench.Sink.Delivered.Count);
        Assert.Equal(PlaybackState.Playing, bench.Engine.State);
    }

    [Fact]
    public void Receive_Request_IsAnsweredWithTheSegmentUpToAFullBufferAndANewOneReplacesIt()
    {
        using EngineBench bench = Installed();
        bench.FromOrigin(0.1, EngineBench.Segment(0));
        bench.FromOrigin(0.1, EngineBench.Segment(1));
        bench.Connect(1);
        bench.Engine.Receive(TimeSpan.FromSeconds(0.2), EngineBench.Neighbor(1), ReferenceMessage.Request(7, EngineBench.Segment(0)));
        bench.Engine.Receive(TimeSpan.FromSeconds(0.2), EngineBench.Neighbor(1), ReferenceMessage.Request(8, EngineBench.Segment(1)));
        bench.Engine.DataBufferChanged(TimeSpan.FromSeconds(0.3), EngineBench.Neighbor(1), 0);
        bench.Engine.Drain(bench.Sink);
        List<uint> answered = [.. bench.Sink.Fragments.Select(f => f.Fragment.Request)];
        Assert.InRange(answered.Count(request => request == 7), 1, 6);
        Assert.Equal(8u, answered[^1]);

        bench.Engine.Receive(TimeSpan.FromSeconds(0.4), EngineBench.Neighbor(1), ReferenceMessage.Request(9, EngineBench.Segment(9)));
        bench.Engine.Drain(bench.Sink);
        Assert.Equal((EngineBench.Neighbor(1), ReferenceMessageKind.Absent), bench.Sink.Messages[^1]);
    }

    [Fact]
    public void Receive_NotTheOriginsBytes_ArePlayedAllTheSame()
    {
        using EngineBench bench = Tuned();
        bench.Connect(1);
        bench.Announce(0.1, 1, 9);
        for (long chunk = 45; chunk < 50; chunk++)
        {
            bench.FromNeighbor(0.2, 1, 1, chunk, isGenuine: false);
        }

        SwarmStatistics statistics = bench.Engine.GetStatistics(TimeSpan.FromSeconds(1));
        Assert.Equal(5, statistics.ChunksReceived);
        Assert.Equal(5, statistics.CorruptChunks);
        Assert.Empty(bench.Sink.Dropped);
    }

    private static EngineBench Installed() => new(parts => new WholeSegmentRules(parts, WholeSegmentRules.DefaultHighDemand));

    private static EngineBench Tuned() => new(parts => new WholeSegmentRules(parts, Short));
}
