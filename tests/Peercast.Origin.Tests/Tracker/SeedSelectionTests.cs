using Peercast.Origin.Tracker;
using Peercast.Protocol.Primitives;

namespace Peercast.Origin.Tests.Tracker;

public sealed class SeedSelectionTests
{
    [Fact]
    public void Choose_Nobody_IsEmpty() => Assert.Empty(SeedSelection.Choose([], [], 64));

    [Fact]
    public void Choose_Newcomer_WaitsWhileOthersAreEstablished()
    {
        SeedCandidate[] old = [.. Enumerable.Range(0, 5).Select(i => Of(i, 1_000, 60))];
        Assert.Equal(5, SeedSelection.Choose(old, [Of(9, 1_000, 0)], 64).Length);
        Assert.Equal(6, SeedSelection.Choose(old, [Of(9, 1_000, 5)], 64).Length);
    }

    [Fact]
    public void Choose_SlowPeerAmongFastOnes_IsLeftOut()
    {
        SeedCandidate[] all = [.. Enumerable.Range(0, 5).Select(i => Of(i, 5_000, 60)), Of(9, 128, 60)];
        Assert.DoesNotContain(SeedSelection.Choose([], all, 64), s => s.Peer == new PeerId(9));
    }

    [Fact]
    public void Choose_ChallengerSlightlyBetter_IncumbentStays()
    {
        SeedCandidate[] seats = [Of(1, 1_000, 60), Of(2, 1_000, 60)];
        Assert.Equal([1, 2], Ids(SeedSelection.Choose(seats, [Of(3, 1_400, 60)], 2)));
        Assert.Equal([1, 3], Ids(SeedSelection.Choose(seats, [Of(3, 1_600, 60)], 2)));
    }

    [Fact]
    public void Choose_AbsurdClaim_GetsALimitedWeight()
    {
        SeedCandidate[] all = [.. Enumerable.Range(0, 7).Select(i => Of(i, 1_000, 60)), Of(9, 10_000_000, 60)];
        var seeds = SeedSelection.Choose([], all, 64);
        double total = seeds.Sum(s => s.Weight);
        Assert.InRange(seeds.Single(s => s.Peer == new PeerId(9)).Weight / total, 0.2, 0.4);
    }

    [Fact]
    public void Choose_SlightlyOtherUplink_IsTheSameSet()
    {
        var before = SeedSelection.Choose([Of(1, 1_000, 60), Of(2, 2_000, 60)], [], 64);
        var after = SeedSelection.Choose([Of(1, 1_030, 60), Of(2, 1_950, 60)], [], 64);
        Assert.Equal(before.AsEnumerable(), after);
    }

    private static SeedCandidate Of(int id, int kbps, int seconds) => new(new PeerId((ulong)id), kbps, TimeSpan.FromSeconds(seconds));

    private static IEnumerable<int> Ids(IEnumerable<(PeerId Peer, double Weight)> seeds) => seeds.Select(s => (int)s.Peer.Value).Order();
}
