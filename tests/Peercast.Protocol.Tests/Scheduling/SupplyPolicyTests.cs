using Peercast.Protocol.Primitives;
using Peercast.Protocol.Scheduling;

namespace Peercast.Protocol.Tests.Scheduling;

/// <summary>Whom to serve, with what, and how fast.</summary>
public sealed class SupplyPolicyTests
{
    [Theory]
    [InlineData(0, 0, 5.0, "Accept", 0.1)]
    [InlineData(100_000, 100_000, 5.0, "Busy", 1.1)]
    [InlineData(40_000, 40_000, 0.4, "TooLate", 0.5)]
    [InlineData(40_000, 40_000, 0.6, "Accept", 0.5)]
    [InlineData(10_000, 90_000, 5.0, "Busy", 0.2)]
    public void Admission_ByQueueAndDeadline_AnswersAtOnce(long ahead, long queued, double toDeadline, string expected, double expectedEta)
    {
        Admission.Verdict verdict = Admission.Decide(
            ahead, queued, length: 10_000, bytesPerSecond: 100_000, oneWaySeconds: 0.05, toDeadline, maxQueueSeconds: 0.8, out double eta);

        Assert.Equal(expected, verdict.ToString());
        Assert.Equal(expectedEta, eta, 6);
    }

    [Fact]
    public void UploadOrder_UrgentByDeadlineThenRareThenSoon()
    {
        double[] keys =
        [
            UploadOrder.Key(-0.1, 9, 3),
            UploadOrder.Key(1, 9, 3),
            UploadOrder.Key(2, 1, 3),
            UploadOrder.Key(4, 1, 3),
            UploadOrder.Key(60, 1, 3),
            UploadOrder.Key(4, 2, 3),
        ];

        Assert.Equal(keys.Order(), keys);
    }

    [Fact]
    public void TokenBucket_OverTime_HoldsTheRate()
    {
        var bucket = new TokenBucket(perSecond: 1000, burst: 100);
        double taken = 0;
        for (int ms = 0; ms < 10_000; ms++)
        {
            TimeSpan now = TimeSpan.FromMilliseconds(ms);
            while (bucket.TryTake(now, 300))
            {
                taken += 300;
            }
        }

        Assert.InRange(taken, 9700, 10_500);
    }

    // The burst that is saved up at first and the last message are 77 and 100 kB: 1.3 and 1.7 kB/s of the minute.
    [Theory]
    [InlineData(800_000, 10, 400, 102_000)]
    [InlineData(200_000, 30, 100, 26_750)]
    public void UploadBudget_OfWhatGoesUpBesides_MediaHasTheRest(long limit, int packets, int besides, double most)
    {
        var budget = new UploadBudget(limit);
        int message = packets * WireCost.PacketPayload;
        long onTheLine = 0;
        for (int ms = 0; ms < 60_000; ms += 10)
        {
            TimeSpan now = TimeSpan.FromMilliseconds(ms);
            budget.Spend(now, besides);
            onTheLine += besides;
            while (budget.CanSend(now))
            {
                budget.Send(now, message);
                onTheLine += WireCost.Message(message);
            }
        }

        Assert.InRange(onTheLine / 60.0, limit / 8.0 * 0.99, most);
        double left = (limit / 8.0) - (100 * besides);
        Assert.Equal(left * WireCost.PacketPayload / WireCost.Message(WireCost.PacketPayload), budget.MediaBytesPerSecond, 100.0);
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(216_000, 2)]
    [InlineData(640_000, 6)]
    [InlineData(2_000_000, 20)]
    [InlineData(long.MaxValue, double.PositiveInfinity)]
    public void UploadBudget_Message_TakesATenthOfASecondOrTwoPackets(long limit, double packets) =>
        Assert.Equal(packets, new UploadBudget(limit).MessagePackets);

    [Fact]
    public void UploadBudget_OverspentForLong_OwesOnlyTheLast()
    {
        var budget = new UploadBudget(bitsPerSecond: 80_000);
        for (int s = 0; s < 100; s++)
        {
            budget.Spend(TimeSpan.FromSeconds(s), 50_000);
        }

        Assert.InRange(budget.NextAt(TimeSpan.FromSeconds(100)).TotalSeconds, 100, 107);
        Assert.InRange(budget.MediaBytesPerSecond, 1, 1_000);
    }

    [Fact]
    public void UploadBudget_WithoutALimit_HoldsNothingBack()
    {
        var budget = new UploadBudget(long.MaxValue);
        budget.Spend(TimeSpan.FromSeconds(1), 1_000_000);
        budget.Send(TimeSpan.FromSeconds(1), 1_000_000);
        Assert.True(budget.CanSend(TimeSpan.FromSeconds(1)));
        Assert.Equal(double.PositiveInfinity, budget.MediaBytesPerSecond);
    }

    [Fact]
    public void TokenBucket_InDebt_SaysWhenItIsPaidOff()
    {
        var bucket = new TokenBucket(perSecond: 1000, burst: 100);
        bucket.Take(TimeSpan.Zero, 600);

        Assert.False(bucket.CanTake(TimeSpan.Zero));
        Assert.Equal(500, bucket.DebtAt(TimeSpan.Zero));
        TimeSpan at = bucket.NextAt(TimeSpan.Zero);
        Assert.InRange(at.TotalSeconds, 0.5, 0.51);
        Assert.True(bucket.CanTake(at));
    }

    [Fact]
    public void TokenBucket_OfRateZero_LetsTheBurstPassAndThenNothing()
    {
        var bucket = new TokenBucket(0, 0);

        Assert.False(bucket.CanTake(TimeSpan.FromHours(1)));
        Assert.Equal(TimeSpan.MaxValue, bucket.NextAt(TimeSpan.FromHours(1)));
    }

    [Fact]
    public void TokenBucket_WithoutLimit_AlwaysPasses()
    {
        var bucket = new TokenBucket(double.PositiveInfinity, 1);
        bucket.Take(TimeSpan.Zero, 1e15);

        Assert.True(bucket.CanTake(TimeSpan.Zero));
    }

    [Fact]
    public void UplinkEstimator_WithALinkThatIsAlwaysBusy_LearnsItsRate()
    {
        var uplink = new UplinkEstimator();
        uplink.Sent(TimeSpan.Zero, 10_000_000);
        for (int ms = 10; ms <= 10_000; ms += 10)
        {
            uplink.Drained(TimeSpan.FromMilliseconds(ms), 2000);
        }

        Assert.InRange(uplink.BytesPerSecond, 190_000, 220_000);
        Assert.InRange(uplink.ProvenBytesPerSecond, 190_000, 210_000);
        Assert.Equal(10_000_000 - 2_000_000, uplink.WaitingBytes);
    }

    [Fact]
    public void UplinkEstimator_WithLittleToSend_KeepsItsGuess()
    {
        var uplink = new UplinkEstimator();
        double guess = uplink.BytesPerSecond;
        for (int ms = 10; ms <= 10_000; ms += 100)
        {
            uplink.Sent(TimeSpan.FromMilliseconds(ms), 2000);
            uplink.Drained(TimeSpan.FromMilliseconds(ms + 5), 2000);
        }

        Assert.Equal(guess, uplink.BytesPerSecond);
        Assert.InRange(uplink.ProvenBytesPerSecond, 19_000, 22_000);
    }

    [Fact]
    public void ChokePolicy_WithTooFewPlaces_ServesTheBestAndOneByChance()
    {
        var byChance = new HashSet<ulong>();
        for (int seed = 0; seed < 50; seed++)
        {
            ChokePolicy.Candidate[] neighbors = [new(0, 5), new(1, 50), new(2, 0), new(3, 40), new(4, 1)];
            ulong served = ChokePolicy.Choose(neighbors, 3, new Random(seed));

            Assert.Equal(0b01010u, served & 0b01010);
            Assert.Equal(3, System.Numerics.BitOperations.PopCount(served));
            byChance.Add(served & ~0b01010UL);
        }

        Assert.Equal(3, byChance.Count);
    }

    [Fact]
    public void ChokePolicy_WithPlacesForAll_ServesAll()
    {
        ChokePolicy.Candidate[] neighbors = [new(0, 5), new(7, 50)];

        Assert.Equal((1UL << 0) | (1UL << 7), ChokePolicy.Choose(neighbors, 2, new Random(1)));
        Assert.Equal(0UL, ChokePolicy.Choose([], 4, new Random(1)));
    }

    [Fact]
    public void NeighborChoice_Connect_LeansTowardCapacityWithoutCrowdingTheFastest()
    {
        NeighborChoice.Candidate[] candidates = [.. Enumerable.Range(0, 10).Select(i => new NeighborChoice.Candidate(new PeerId((ulong)i), i * 1000))];
        var random = new Random(1);
        int[] chosen = new int[10];
        for (int i = 0; i < 10_000; i++)
        {
            chosen[NeighborChoice.Connect(candidates, random)]++;
        }

        Assert.InRange(chosen[9], 2000, 2700);
        Assert.InRange(chosen[0], 100, 400);
    }

    [Fact]
    public void NeighborChoice_Worst_IsTheOneThatGaveAndTookLeast()
    {
        NeighborChoice.Standing[] neighbors = [new(3, 100, 0, 0.1), new(4, 0, 50, 0.1), new(5, 0, 200, 0.1), new(6, 0, 50, 0.2)];

        Assert.Equal(6, NeighborChoice.Worst(neighbors));
        Assert.Equal(-1, NeighborChoice.Worst([]));
    }
}
