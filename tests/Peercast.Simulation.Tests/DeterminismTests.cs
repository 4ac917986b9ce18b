using Peercast.Simulation.Network;
using Peercast.Simulation.Output;
using Peercast.Simulation.Scenarios;

namespace Peercast.Simulation.Tests;

public sealed class DeterminismTests
{
    [Fact]
    public void Execute_SameSeed_GivesTheSameBytesWhateverTheThreads()
    {
        Assert.Equal(Report(1, threads: 1), Report(1, threads: 3));
    }

    [Fact]
    public void Execute_AnotherSeed_GivesOtherFigures()
    {
        Assert.NotEqual(Report(1, threads: 2), Report(2, threads: 2));
    }

    [Fact]
    public void Execute_TwoHundredViewersWithChurn_GivesTheSameBytesAgain()
    {
        var plan = new RunPlan(new HastyViewers(), 200, 3) { Length = TimeSpan.FromSeconds(25), WarmUp = TimeSpan.FromSeconds(12) };
        RunResult first = Run.Execute(plan, 2);
        Assert.True(first.Figures["meanNeighbors"] > 3, "they met each other");
        Assert.Equal(Bytes(first), Bytes(Run.Execute(plan, 1)));
    }

    private static string Report(int seed, int threads) => Bytes(Run.Execute(
        new RunPlan(new S2SkewedUplinks(), 20, seed) { Length = TimeSpan.FromSeconds(60), WarmUp = TimeSpan.FromSeconds(35) }, threads));

    private static string Bytes(RunResult result)
    {
        var row = new Row(result.Plan.Scenario.Id, result.Plan.Peers, result.Plan.Policy.Name, [result]);
        return JsonReport.Write([row]) + Plots.OfRows([row]);
    }

    /// <summary>S4 with sessions of half a minute, all joined within seconds.</summary>
    private sealed class HastyViewers : Scenario
    {
        public override string Id => "hasty";

        public override string Title => "sessions of 30 s";

        public override double BlockedPairs => 0.2;

        public override List<PeerProfile> Draw(int peers, Timing timing, Random random) => Churn.Replace(
            [.. Population.SkewedTo(peers, Rate, 1.2, timing, random).Select(v => v with { JoinsAt = v.JoinsAt / 2, Loss = 0.0025 })],
            timing.Length, meanSession: 30, sigma: 1, random);
    }
}
