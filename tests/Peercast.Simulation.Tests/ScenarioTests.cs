using Peercast.Simulation.Network;
using Peercast.Simulation.Origin;
using Peercast.Simulation.Policies;
using Peercast.Simulation.Scenarios;

namespace Peercast.Simulation.Tests;

public sealed class ScenarioTests
{
    [Fact]
    public void Execute_WithoutNeighbors_TakesEverythingFromTheOrigin()
    {
        var plan = new RunPlan(new S1EqualUplinks(), 10, 1) { Policy = Policy.WithoutNeighbors, Length = TimeSpan.FromSeconds(80), WarmUp = TimeSpan.FromSeconds(40) };
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
        Assert.InRange(figures["egressRates"], 0.9, 2);
        Assert.InRange(figures["offloadRatio"], 0.7, 0.96);
        Assert.Equal(0, figures["stalls"]);
        Assert.Equal(0, figures["corruptDelivered"]);
        Assert.InRange(figures["latencySecondsP50"], 9, 12);
    }

    [Fact]
    public void Execute_CrowdBeforeAThinOrigin_RecoversFromItsJoins()
    {
        var plan = new RunPlan(new CrowdBeforeAThinOrigin(), 60, 1) { Length = TimeSpan.FromSeconds(100), WarmUp = TimeSpan.FromSeconds(60) };
        Assert.InRange(Run.Execute(plan, 2).Figures["continuityIndex"], 0.95, 1);
    }

    [Fact]
    public void Execute_Polluters_NoneIsPlayedAndAllAreCaught()
    {
        var plan = new RunPlan(new S7FreeRidersAndPolluters(), 20, 1) { Length = TimeSpan.FromSeconds(70), WarmUp = TimeSpan.FromSeconds(40) };
        SortedDictionary<string, double> figures = Run.Execute(plan, 2).Figures;
        Assert.Equal(0, figures["corruptDelivered"]);
        Assert.True(figures["corruptReceived"] > 0, "the polluter was believed by nobody, but asked by somebody");
        Assert.Equal(figures["corruptReceived"], figures["bannedNeighbors"]);
    }

    [Fact]
    public void Execute_Recording_SeeksAndShares()
    {
        var plan = new RunPlan(new S10Recording(), 12, 1) { Length = TimeSpan.FromSeconds(240) };
        SortedDictionary<string, double> figures = Run.Execute(plan, 2).Figures;
        Assert.InRange(figures["seekSecondsP95"], 0.05, 5);
        Assert.True(figures["offloadRatio"] > 0.1);
        Assert.Equal(0, figures["corruptDelivered"]);
    }

    [Fact]
    public void Draw_EveryScenario_GivesAsManyAsAskedAndTheSameForTheSameSeed()
    {
        foreach (Scenario scenario in ScenarioCatalog.All)
        {
            Timing timing = new RunPlan(scenario, 50, 1).Timing;
            var first = scenario.Draw(50, timing, new Random(4));
            var again = scenario.Draw(50, timing, new Random(4));
            Assert.Equal(first.Select(v => (v.Uplink, v.JoinsAt, v.LeavesAt, v.Manners)), again.Select(v => (v.Uplink, v.JoinsAt, v.LeavesAt, v.Manners)));
            Assert.True(first.Count >= 50, scenario.Id);
            Assert.Same(scenario, ScenarioCatalog.Find(scenario.Id.ToLowerInvariant()));
        }
    }

    [Fact]
    public void Command_OfAPlan_NamesAllThatItDependsOn()
    {
        var plan = new RunPlan(new S2SkewedUplinks(), 100, 7) { Length = TimeSpan.FromSeconds(90) };
        Assert.Equal(
            "dotnet run -c Release --project tests/Peercast.Simulation -- run S2 --peers 100 --first-seed 7 --seeds 1 --seconds 90", plan.Command);
    }

    /// <summary>The first second of media for everybody keeps the origin's line full for a third of a minute.</summary>
    private sealed class CrowdBeforeAThinOrigin : Scenario
    {
        public override string Id => "thin";

        public override string Title => "everybody joins within seconds, origin of 3 rates";

        public override IReadOnlyList<OriginCondition> Origin(Timing timing) => [new OriginCondition(TimeSpan.Zero, 3 * Rate)];

        public override List<PeerProfile> Draw(int peers, Timing timing, Random random) =>
            [.. Population.SkewedTo(peers, Rate, 1.2, timing, random).Select(viewer => viewer with { JoinsAt = viewer.JoinsAt / 8 })];
    }
}
