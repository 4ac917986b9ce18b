using Peercast.Simulation.Scenarios;

namespace Peercast.Simulation.Tests.Scenarios;

public sealed class DrawsTests
{
    [Theory]
    [InlineData(1e-9)]
    [InlineData(0.3)]
    [InlineData(1)]
    [InlineData(2.5)]
    [InlineData(12345.678)]
    public void Log_AndExp_AgreeWithTheLibrary(double x)
    {
        Assert.Equal(Math.Log(x), Draws.Log(x), 12);
        Assert.Equal(x, Draws.Exp(Math.Log(x)), x * 1e-12);
    }

    [Fact]
    public void LogNormal_ManyDraws_HaveTheMean()
    {
        var random = new Random(3);
        double mean = Enumerable.Range(0, 200_000).Average(_ => Draws.LogNormal(random, 900, 1));
        Assert.InRange(mean, 870, 930);
    }

    [Fact]
    public void Exponential_ManyDraws_HaveTheMean()
    {
        var random = new Random(3);
        double mean = Enumerable.Range(0, 200_000).Average(_ => Draws.Exponential(random, 2));
        Assert.InRange(mean, 1.97, 2.03);
    }

    [Theory]
    [InlineData(20)]
    [InlineData(100)]
    public void SkewedTo_AnySize_GivesTheMeanAndTheShares(int peers)
    {
        var viewers = Population.SkewedTo(peers, 2_000_000, 1.2, new Timing(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(360)), new Random(1));
        Assert.Equal(peers, viewers.Count);
        Assert.Equal(1.2 * 2_000_000, viewers.Average(v => v.Uplink), 1.0);
        Assert.Equal(Math.Round(peers * 0.15), viewers.Count(v => v.Uplink == viewers.Max(w => w.Uplink)));
    }
}
