using Peercast.Simulation.Scenarios;

namespace Peercast.Simulation.Tests;

public sealed class ScenarioTests
{
    [Fact]
    public void Execute_WithoutNeighbors_TakesEverythingFromTheOrigin()
    {
        var plan = new RunPlan(new S1EqualUplinks(), 10, 1) { WithoutNeighbors = true, Length = TimeSpan.FromSeconds(80), WarmUp = TimeSpan.FromSeconds(40) };
        SortedDictionary<string, double> figures = Run.Execute(plan, 2).Figures;
        Assert.InRange(figures["egressRates"], 9.5, 10.5);
        Assert.Equal(0, figures["offloadRatio"]);
        Assert.Equal(1, figures["continuityIndex"]);
    }

    [Fact]
    public void Execute_EqualUplinks_IsMostlyOffloadedAndNeverStalls()
    {
        var plan = new RunPlan(new S1EqualUplinks(), 20, 1) { Length = TimeSpan.FromSeconds(80), WarmUp = TimeSpan.FromSeconds(40) };
        SortedDictionary<string, double> figures = Run.Execute(plan, 2).Figures;
        Assert.InRange(figures["egressRates"], 1, 6);
        Assert.InRange(figures["offloadRatio"], 0.7, 0.96);
        Assert.Equal(0, figures["stalls"]);
        Assert.Equal(0, figures["corruptDelivered"]);
        Assert.InRange(figures["latencySecondsP50"], 9, 12);
    }

    [Fact]
    public void Command_OfAPlan_NamesAllThatItDependsOn()
    {
        var plan = new RunPlan(new S2SkewedUplinks(), 100, 7) { Length = TimeSpan.FromSeconds(90) };
        Assert.Equal(
            "dotnet run -c Release --project tests/Peercast.Simulation -- run S2 --peers 100 --first-seed 7 --seeds 1 --seconds 90", plan.Command);
    }
}
