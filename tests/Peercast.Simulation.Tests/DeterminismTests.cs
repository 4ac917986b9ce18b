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

    private static string Report(int seed, int threads)
    {
        var plan = new RunPlan(new S2SkewedUplinks(), 20, seed) { Length = TimeSpan.FromSeconds(60), WarmUp = TimeSpan.FromSeconds(35) };
        return JsonReport.Write([new Row("S2", 20, "peercast", [Run.Execute(plan, threads)])]);
    }
}
