using Peercast.Simulation.Goals;
using Peercast.Simulation.Measures;
using Peercast.Simulation.Output;
using Peercast.Simulation.Policies;
using Peercast.Simulation.Scenarios;

namespace Peercast.Simulation.Tests.Goals;

public sealed class GoalTests
{
    [Theory]
    [InlineData(2.0, 0)]
    [InlineData(2.2, 0)]
    [InlineData(2.3, 1)]
    [InlineData(2.5, 2)]
    public void Of_AtMostWithSlack_IsMetOrNearlyOrMissed(double value, int expected)
    {
        Goal goal = Goal.AtMost("S2", 100, "egressRates", 2.2) with { Slack = 0.2 };
        GoalResult result = Assert.Single(GoalResult.Of([goal], [Row("S2", 100, "egressRates", value)]));
        Assert.Equal((GoalStatus)expected, result.Status);
    }

    [Fact]
    public void Of_AtLeast_MoreIsBetter()
    {
        Goal goal = Goal.AtLeast("S2", 100, "continuityIndex", 0.9999);
        Assert.Equal(GoalStatus.Met, Judge(goal, Row("S2", 100, "continuityIndex", 1)));
        Assert.Equal(GoalStatus.Missed, Judge(goal, Row("S2", 100, "continuityIndex", 0.99)));
    }

    [Fact]
    public void Of_ForEverySeed_TakesTheWorstAndElseTheMean()
    {
        Goal goal = Goal.AtMost("S6", 0, "longestStallSeconds", 1);
        Row row = Row("S6", 100, "longestStallSeconds", 0, 1.5);
        Assert.Equal(GoalStatus.Met, Judge(goal, row));
        Assert.Equal(GoalStatus.Missed, Judge(goal with { IsForEverySeed = true }, row));
    }

    [Fact]
    public void Of_TimesAnotherScenario_IsMeasuredByItAndLeftOutWithoutIt()
    {
        Goal goal = Goal.AtMost("S7", 0, "egressRates", 2.5) with { TimesThatOf = "S2" };
        Row polluted = Row("S7", 100, "egressRates", 4.9);
        Assert.Empty(GoalResult.Of([goal], [polluted, Row("S2", 20, "egressRates", 1)]));
        GoalResult result = Assert.Single(GoalResult.Of([goal], [polluted, Row("S2", 100, "egressRates", 2)]));
        Assert.Equal((5.0, GoalStatus.Met), (result.Bound, result.Status));
    }

    [Fact]
    public void Of_OtherScenarioSizeOrPolicy_IsNotJudged()
    {
        Goal[] goals = [Goal.AtMost("S3-", 100, "egressRatio", 1.25), Goal.AtMost("", 100, "controlRatio", 0.03) with { Except = ["S3-"] }];
        Assert.Single(GoalResult.Of(goals, [Row("S3-80", 100, "egressRatio", 1)]));
        Assert.Empty(GoalResult.Of(goals, [Row("S3-80", 20, "egressRatio", 1)]));
        Assert.Empty(GoalResult.Of(goals, [Row("S2", 100, "egressRatio", 1) with { Policy = "no-p2p" }]));
        Assert.Equal("controlRatio", Assert.Single(GoalResult.Of(goals, [Row("S1", 100, "controlRatio", 1)])).Goal.Measure);
    }

    [Fact]
    public void All_EveryGoal_NamesAMeasureAndAScenario()
    {
        foreach (Goal goal in EngineGoals.All.Concat(ShortSuite.Goals))
        {
            Assert.Contains(goal.Measure, Simulation.Measures.Measures.Names);
            Assert.Contains(ScenarioCatalog.All, s => goal.IsAbout(Row(s.Id, goal.Peers, goal.Measure, 0)));
        }
    }

    [Fact]
    public void Report_WorstRowOfAGoal_StandsThereAndHowManyMetIt()
    {
        Goal goal = Goal.AtMost("", 0, "controlRatio", 0.03);
        Row good = Row("S1", 20, "controlRatio", 0.01), bad = Row("S2", 100, "controlRatio", 0.05);
        List<GoalResult> results = GoalResult.Of([goal], [good, bad]);
        Assert.Contains("| all: controlRatio at most 0.03 | 0.05 | S2, 100 viewers | **missed** (1 of 2) |", GoalReport.Of(results), StringComparison.Ordinal);
        Assert.Equal(("1/1", "0/1"), (GoalReport.CountFor(good, results), GoalReport.CountFor(bad, results)));
        Assert.Contains("-- run S2 --peers 100", Assert.Single(GoalReport.Misses(results)), StringComparison.Ordinal);
    }

    private static GoalStatus Judge(Goal goal, Row row) => Assert.Single(GoalResult.Of([goal], [row])).Status;

    private static Row Row(string scenario, int peers, string measure, params double[] values) => new(scenario, peers, Policy.Production.Name,
    [
        .. values.Select((value, seed) => new RunResult(
            new RunPlan(ScenarioCatalog.Find(scenario)!, peers, seed + 1),
            new SortedDictionary<string, double>(StringComparer.Ordinal) { [measure] = value },
            new RunTrace([], [], []))),
    ]);
}
