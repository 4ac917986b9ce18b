using Peercast.Simulation.Output;
using Peercast.Simulation.Policies;

namespace Peercast.Simulation.Goals;

/// <summary>How a row stands to a goal.</summary>
/// <param name="Goal">The goal.</param>
/// <param name="Row">The row.</param>
/// <param name="Value">What the row comes to.</param>
/// <param name="Bound">What it was to come to.</param>
internal sealed record GoalResult(Goal Goal, Row Row, double Value, double Bound)
{
    /// <summary>Rounding is no miss.</summary>
    private const double Epsilon = 1e-9;

    /// <summary>By how much the bound is missed; below 0: by how much it is met.</summary>
    public double Missing => Goal.Kind == GoalKind.AtMost ? Value - Bound : Bound - Value;

    public GoalStatus Status =>
        Missing <= Epsilon ? GoalStatus.Met : Missing <= Goal.Slack + Epsilon ? GoalStatus.WithinSlack : GoalStatus.Missed;

    /// <summary>Every goal against every row of the production engine that it speaks of.</summary>
    public static List<GoalResult> Of(IReadOnlyList<Goal> goals, IReadOnlyList<Row> rows)
    {
        List<Row> production = [.. rows.Where(row => string.Equals(row.Policy, Policy.Production.Name, StringComparison.Ordinal))];
        var results = new List<GoalResult>();
        foreach (Goal goal in goals)
        {
            foreach (Row row in production.Where(goal.IsAbout))
            {
                if (BoundFor(goal, row, production) is { } bound)
                {
                    results.Add(new GoalResult(goal, row, goal.ValueOf(row), bound));
                }
            }
        }

        return results;
    }

    /// <returns><see langword="null"/>: what it is measured by did not run.</returns>
    private static double? BoundFor(Goal goal, Row row, List<Row> rows)
    {
        if (goal.TimesThatOf is not { } other)
        {
            return goal.Bound;
        }

        return rows.Find(r => r.Peers == row.Peers && string.Equals(r.Scenario, other, StringComparison.Ordinal)) is { } measured
            ? goal.Bound * goal.ValueOf(measured)
            : null;
    }
}

/// <summary>Whether a goal is met.</summary>
internal enum GoalStatus
{
    /// <summary>It is.</summary>
    Met,

    /// <summary>Not quite, and a check lets it pass.</summary>
    WithinSlack,

    /// <summary>It is not.</summary>
    Missed,
}
