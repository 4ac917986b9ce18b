using System.Globalization;
using System.Text;
using Peercast.Simulation.Goals;

namespace Peercast.Simulation.Output;

/// <summary>Goals beside what was measured.</summary>
internal static class GoalReport
{
    /// <summary>A line for each goal, with the row that comes nearest to missing it.</summary>
    public static string Of(IReadOnlyList<GoalResult> results)
    {
        var text = new StringBuilder("| goal | measured | where | met |\n|---|---|---|---|\n");
        foreach (IGrouping<Goal, GoalResult> group in results.GroupBy(r => r.Goal))
        {
            GoalResult worst = group.MaxBy(r => r.Missing)!;
            int met = group.Count(r => r.Status == GoalStatus.Met), all = group.Count();
            text.Append(
                CultureInfo.InvariantCulture,
                $"| {Text(group.Key, worst)} | {Number(worst.Value)} | {worst.Row.Scenario}, {worst.Row.Peers} viewers | {Word(worst.Status)}{(all > 1 ? $" ({met} of {all})" : "")} |\n");
        }

        return text.ToString();
    }

    /// <summary>How many of a row's goals are met, as <c>8/9</c>.</summary>
    public static string CountFor(Row row, IReadOnlyList<GoalResult> results)
    {
        List<GoalResult> own = [.. results.Where(r => ReferenceEquals(r.Row, row))];
        return $"{own.Count(r => r.Status == GoalStatus.Met)}/{own.Count}";
    }

    /// <summary>The misses, a line each.</summary>
    public static IEnumerable<string> Misses(IReadOnlyList<GoalResult> results) => results
        .Where(r => r.Status == GoalStatus.Missed)
        .Select(r => $"{r.Row.Scenario} N={r.Row.Peers}: {r.Goal.Measure} is {Number(r.Value)}, and {Word(r.Goal.Kind)} {Number(r.Bound)}"
            + (r.Goal.Slack > 0 ? $" with a slack of {Number(r.Goal.Slack)}" : "") + $" was the goal. To repeat it: {r.Row.Results[0].Plan.CommandFor(r.Row.Results.Count)}");

    private static string Text(Goal goal, GoalResult worst)
    {
        string where = goal.Scenario.Length == 0 ? "all" : goal.Scenario.TrimEnd('-');
        where += goal.Peers > 0 ? $" at {goal.Peers.ToString(CultureInfo.InvariantCulture)}" : "";
        where += goal.Except.Count > 0 ? $" but {string.Join(", ", goal.Except.Select(name => name.TrimEnd('-')))}" : "";
        string bound = goal.TimesThatOf is { } other ? $"{Number(goal.Bound)} times {other}'s, {Number(worst.Bound)}" : Number(goal.Bound);
        return $"{where}: {goal.Measure} {Word(goal.Kind)} {bound}";
    }

    private static string Word(GoalKind kind) => kind == GoalKind.AtMost ? "at most" : "at least";

    private static string Word(GoalStatus status) => status switch
    {
        GoalStatus.Met => "met",
        GoalStatus.WithinSlack => "nearly",
        _ => "**missed**",
    };

    private static string Number(double value) => value.ToString("0.#####", CultureInfo.InvariantCulture);
}
