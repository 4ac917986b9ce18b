using Peercast.Simulation.Goals;
using Peercast.Simulation.Output;

namespace Peercast.Simulation.Tests.Goals;

public sealed class ShortSuiteTests
{
    [Fact]
    public void Run_ProductionEngine_MissesNoGoal()
    {
        List<Row> rows = ShortSuite.Run(Environment.ProcessorCount);
        List<GoalResult> results = GoalResult.Of(ShortSuite.Goals, rows);
        Assert.All(ShortSuite.Goals, goal => Assert.Contains(results, result => result.Goal == goal));
        Assert.True(!GoalReport.Misses(results).Any(), string.Join('\n', GoalReport.Misses(results).Prepend(MarkdownTable.Of(rows))));
    }
}
