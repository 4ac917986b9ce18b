using Peercast.Simulation.Engines.Reference;

namespace Peercast.Simulation.Tests.Engines;

public sealed class LotteryTests
{
    private const int Draws = 20_000;

    [Fact]
    public void Supplier_NobodyProven_IsAnyOfThem()
    {
        double[] shares = Shares(0, 0, 0, 0);
        Assert.All(shares, share => Assert.InRange(share, 0.23, 0.27));
    }

    [Fact]
    public void Supplier_OneUnproven_CountsAsATenthOfTheFastest()
    {
        double[] shares = Shares(1000, 500, 0);
        Assert.InRange(shares[0], 1000 / 1600.0 - 0.02, 1000 / 1600.0 + 0.02);
        Assert.InRange(shares[2], 100 / 1600.0 - 0.01, 100 / 1600.0 + 0.01);
    }

    [Fact]
    public void Supplier_ManyUnproven_TogetherWeighAsMuchAsTheProven()
    {
        double[] shares = Shares([1000, .. new double[40]]);
        Assert.InRange(shares[0], 0.48, 0.52);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(10)]
    public void Prefetches_EachOfANeighborhoodThrowing_FetchAboutOneCopyTogether(int neighbors)
    {
        var random = new Random(1);
        int thrown = 2000, chosen = 0;
        for (int i = 0; i < thrown; i++)
        {
            chosen += Lottery.Prefetches(1, neighbors, free: 2, atOnce: 2, random).Count;
        }

        Assert.InRange((double)chosen / thrown * (neighbors + 1), 0.85, 1.15);
    }

    [Fact]
    public void Prefetches_MoreCandidatesThanAllMayFetch_StayWithinWhatIsFree()
    {
        List<int> chosen = Lottery.Prefetches(1000, neighbors: 3, free: 1, atOnce: 2, new Random(1));
        Assert.InRange(Assert.Single(chosen), 0, 7);
        Assert.Empty(Lottery.Prefetches(0, 3, 2, 2, new Random(1)));
    }

    [Fact]
    public void UntilNextThrow_TenNeighbors_IsOneToElevenSeconds()
    {
        var random = new Random(1);
        List<double> seconds = [.. Enumerable.Range(0, 1000).Select(_ => Lottery.UntilNextThrow(10, random).TotalSeconds)];
        Assert.InRange(seconds.Min(), 1, 1.2);
        Assert.InRange(seconds.Max(), 10.8, 11);
    }

    private static double[] Shares(params double[] rates)
    {
        var random = new Random(1);
        double[] counts = new double[rates.Length];
        for (int i = 0; i < Draws; i++)
        {
            counts[Lottery.Supplier(rates, random)]++;
        }

        return [.. counts.Select(count => count / Draws)];
    }
}
