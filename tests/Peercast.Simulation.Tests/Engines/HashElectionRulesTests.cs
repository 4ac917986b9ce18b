using Peercast.Protocol.Primitives;
using Peercast.Simulation.Engines.Reference;

namespace Peercast.Simulation.Tests.Engines;

public sealed class HashElectionRulesTests
{
    [Fact]
    public void Rank_AllOfANeighborhood_AreEveryPlaceOnce()
    {
        PeerId[] peers = [.. Enumerable.Range(1, 20).Select(i => new PeerId((ulong)i))];
        for (long chunk = 0; chunk < 50; chunk++)
        {
            var id = new ChunkId(chunk);
            Assert.Equal(Enumerable.Range(0, 20), peers.Select(me => HashElection.Rank(id, me, peers.Where(p => p != me))).Order());
        }
    }

    [Fact]
    public void Rank_ManyChunks_ElectsEverybodyAboutAsOften()
    {
        PeerId[] peers = [.. Enumerable.Range(1, 10).Select(i => new PeerId((ulong)i))];
        IEnumerable<int> elected = peers.Select(me =>
            Enumerable.Range(0, 5000).Count(chunk => HashElection.Rank(new ChunkId(chunk), me, peers.Where(p => p != me)) == 0));
        Assert.All(elected, count => Assert.InRange(count, 400, 600));
    }

    [Fact]
    public void KeepHouse_NobodyHasIt_FetchesInTheOrderOfRanks()
    {
        using EngineBench bench = Bench(2);
        bench.Tick(0.9);
        var neighbors = new[] { new PeerId(2), new PeerId(3) };
        var late = Enumerable.Range(20, 25).Select(chunk => (long)chunk).ToLookup(chunk => HashElection.Rank(new ChunkId(chunk), new PeerId(1), neighbors));
        long[] fetched = [.. bench.Sink.Fetches.Select(range => range.First.Value)];
        Assert.All(late[0].Concat(late[1]), chunk => Assert.Contains(chunk, fetched));
        Assert.All(late[2], chunk => Assert.DoesNotContain(chunk, fetched));
        bench.Tick(1.1);
        Assert.All(late[2], chunk => Assert.Contains(chunk, bench.Sink.Fetches.Select(range => range.First.Value)));
    }

    [Fact]
    public void Heard_SomebodyHasIt_IsPulledFromThereAndNotFetched()
    {
        using EngineBench bench = Bench(1);
        long chunk = NotElected();
        bench.Have(0.1, 1, chunk);
        bench.Tick(1.2);
        Assert.Contains((EngineBench.Neighbor(1), new ChunkRange(new ChunkId(chunk), new ChunkId(chunk))), bench.Sink.Requests);
        Assert.DoesNotContain(bench.Sink.Fetches, range => range.First.Value == chunk);
    }

    [Fact]
    public void Receive_NotTheOriginsBytes_AreRefusedAndTheirSenderBanned()
    {
        using EngineBench bench = Bench(1);
        long chunk = NotElected();
        bench.Have(0.1, 1, chunk);
        bench.FromNeighbor(0.2, 1, 1, chunk, isGenuine: false);
        Assert.Equal([EngineBench.Neighbor(1)], bench.Sink.Dropped);
        Assert.Equal(0, bench.Engine.GetStatistics(TimeSpan.FromSeconds(1)).ChunksReceived);
        Assert.False(bench.Engine.AcceptsNeighbor(new PeerId(2)));
    }

    [Fact]
    public void KeepHouse_DueWithinTheMargin_IsFetchedThoughItIsOnItsWay()
    {
        using EngineBench bench = Bench(1);
        long chunk = NotElected();
        bench.Have(0.1, 1, chunk);
        bench.FromOrigin(0.1, new ChunkRange(new ChunkId(0), new ChunkId(chunk - 1)));
        double due = 0.1 + (chunk * 0.2);
        bench.Tick(due - 1.1);
        Assert.DoesNotContain(bench.Sink.Fetches, range => range.First.Value == chunk);
        bench.Tick(due - 0.9);
        Assert.Contains(bench.Sink.Fetches, range => range.First.Value == chunk);
        Assert.Contains((EngineBench.Neighbor(1), ReferenceMessageKind.Cancel), bench.Sink.Messages);
    }

    /// <summary>A chunk that is the one neighbor's to fetch.</summary>
    private static long NotElected() =>
        Enumerable.Range(20, 25).First(c => HashElection.Rank(new ChunkId(c), new PeerId(1), [new PeerId(2)]) == 1);

    private static EngineBench Bench(int neighbors) => new(parts => new HashElectionRules(parts), neighbors);
}
