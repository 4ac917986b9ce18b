using Peercast.Protocol.Primitives;
using Peercast.Protocol.Scheduling;

namespace Peercast.Protocol.Tests.Scheduling;

/// <summary>Which chunk, from whom, and when from the origin.</summary>
public sealed class RequestPolicyTests
{
    [Theory]
    [InlineData(true, false, 1, 5, true)]
    [InlineData(false, false, 1, 5, false)]
    [InlineData(true, true, 1, 5, false)]
    [InlineData(true, false, 2, 5, false)]
    [InlineData(true, false, 1, 4.9, false)]
    public void SupplierState_CanBeAsked_OnlyOneThatGivesAndHasRoomAndIsNotAtRest(
        bool uploads, bool chokesUs, int outstanding, double now, bool expected)
    {
        var supplier = new SupplierState
        {
            Uploads = uploads,
            ChokesUs = chokesUs,
            Outstanding = outstanding,
            BackoffUntil = TimeSpan.FromSeconds(5),
        };

        Assert.Equal(expected, supplier.CanBeAsked(TimeSpan.FromSeconds(now), maxOutstanding: 2));
    }

    [Fact]
    public void ChunkPicker_UrgentChunks_ComeFirstByDeadline()
    {
        double overdue = ChunkPicker.Key(-1, holders: 9, urgentSeconds: 3, random: 0.9);
        double soon = ChunkPicker.Key(1, holders: 9, urgentSeconds: 3, random: 0);
        double later = ChunkPicker.Key(2.9, holders: 1, urgentSeconds: 3, random: 0);
        double rare = ChunkPicker.Key(3.1, holders: 1, urgentSeconds: 3, random: 0.99);
        double common = ChunkPicker.Key(3.0, holders: 2, urgentSeconds: 3, random: 0);

        Assert.True(overdue < soon && soon < later && later < rare && rare < common);
    }

    [Fact]
    public void PeerSelector_WithNobodyInTime_ChoosesNobody()
    {
        SupplierState[] suppliers = [new() { ServiceSeconds = 2, Outstanding = 1 }, new() { ServiceSeconds = 5 }];

        Assert.Equal(-1, PeerSelector.Select(0b11, suppliers, 3.9, new Random(1)));
        Assert.Equal(0, PeerSelector.Select(0b11, suppliers, 4.1, new Random(1)));
        Assert.Equal(-1, PeerSelector.Select(0, suppliers, 100, new Random(1)));
    }

    [Fact]
    public void PeerSelector_OverManyChoices_PrefersTheFastAndStillTriesTheSlow()
    {
        SupplierState[] suppliers = [new() { ServiceSeconds = 0.1 }, new() { ServiceSeconds = 0.2 }, new() { ServiceSeconds = 3 }];
        var random = new Random(1);
        int[] chosen = new int[3];
        for (int i = 0; i < 10_000; i++)
        {
            chosen[PeerSelector.Select(0b111, suppliers, 100, random)]++;
        }

        Assert.True(chosen[0] > 7000, $"{chosen[0]}");
        Assert.True(chosen[1] > 500, $"{chosen[1]}");
        Assert.Equal(0, chosen[2]);
    }

    [Theory]
    [InlineData(1.3, false)]
    [InlineData(1.1, true)]
    [InlineData(-5, true)]
    public void FallbackRule_WhenUnasked_GoesByTheDeadline(double toDeadline, bool expected) =>
        Assert.Equal(expected, FallbackRule.WhenUnasked(toDeadline, margin: 1, originTime: 0.2));

    [Theory]
    [InlineData(0.9, 0.5, false)]
    [InlineData(0.9, 0.95, true)]
    [InlineData(0.9, -0.1, false)]
    [InlineData(0.9, -0.3, true)]
    [InlineData(0.5, -0.1, true)]
    [InlineData(0.9, 0.85, true)]
    [InlineData(2.0, 3.0, false)]
    public void FallbackRule_WhenAccepted_TrustsAnEstimateThatIsInTimeAndNotOverdue(double toDeadline, double toExpected, bool expected) =>
        Assert.Equal(expected, FallbackRule.WhenAccepted(toDeadline, margin: 1, originTime: 0.2, toExpected, hasBegun: false));

    [Theory]
    [InlineData(0.31, false, false)]
    [InlineData(0.29, false, true)]
    [InlineData(0.29, true, false)]
    public void FallbackRule_WhenAcceptedAndNothingHasCome_DoesNotMissTheLastMomentOfTheOrigin(double toDeadline, bool hasBegun, bool expected) =>
        Assert.Equal(expected, FallbackRule.WhenAccepted(toDeadline, margin: 1, originTime: 0.2, toExpected: 0.1, hasBegun));

    [Theory]
    [InlineData(0.9, 0.3, false)]
    [InlineData(0.9, -0.1, true)]
    [InlineData(0.3, 0.3, true)]
    public void FallbackRule_WhenUnanswered_WaitsForTheAnswerWhileTheOriginCouldStillBeInTime(double toDeadline, double toAnswer, bool expected) =>
        Assert.Equal(expected, FallbackRule.WhenUnanswered(toDeadline, margin: 1, originTime: 0.2, toAnswer));

    [Fact]
    public void RescueElection_AmongPeersThatAllKnowEachOther_ElectsExactlyOne()
    {
        PeerId[] peers = [.. Enumerable.Range(1, 21).Select(i => new PeerId((ulong)i * 7919))];
        int[] wins = new int[peers.Length];
        for (long chunk = 0; chunk < 2100; chunk++)
        {
            int elected = -1;
            for (int i = 0; i < peers.Length; i++)
            {
                if (RescueElection.IsElected(new ChunkId(chunk), peers[i], peers.Where((_, j) => j != i).ToArray()))
                {
                    Assert.Equal(-1, elected);
                    elected = i;
                }
            }

            wins[elected]++;
        }

        Assert.All(wins, count => Assert.InRange(count, 50, 150));
    }

    [Fact]
    public void ServiceEstimate_FollowsWhatHappens()
    {
        double estimate = ServiceEstimate.Initial;
        for (int i = 0; i < 30; i++)
        {
            estimate = ServiceEstimate.AfterSample(estimate, 0.05);
        }

        Assert.InRange(estimate, 0.049, 0.052);
        Assert.True(ServiceEstimate.AfterRejection(estimate) > estimate);
        Assert.True(ServiceEstimate.AfterTimeout(estimate) > ServiceEstimate.AfterRejection(estimate));
        Assert.InRange(ServiceEstimate.AfterTimeout(1e9), 0, 10);
        Assert.InRange(ServiceEstimate.AfterSecond(10), ServiceEstimate.Initial, 9);
        Assert.Equal(estimate, ServiceEstimate.AfterSecond(estimate));
    }
}
