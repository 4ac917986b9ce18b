using Peercast.Simulation.Output;

namespace Peercast.Simulation.Goals;

/// <summary>What a measure is to come to in a scenario at a size.</summary>
/// <param name="Scenario">Its short name; one that ends in a hyphen names all that begin so; empty: every scenario.</param>
/// <param name="Peers">How many viewers; 0: whatever their number.</param>
/// <param name="Measure">One of <see cref="Measures.Measures.Names"/>.</param>
/// <param name="Kind">Whether more or less is better.</param>
/// <param name="Bound">What it is to come to.</param>
internal sealed record Goal(string Scenario, int Peers, string Measure, GoalKind Kind, double Bound)
{
    /// <summary>What may be missing before a check fails.</summary>
    public double Slack { get; init; }

    /// <summary>The worst seed counts and not the mean: for what must never happen.</summary>
    public bool IsForEverySeed { get; init; }

    /// <summary>The bound is so many times what this scenario comes to at the same size.</summary>
    public string? TimesThatOf { get; init; }

    /// <summary>Scenarios that a goal for every scenario leaves out.</summary>
    public IReadOnlyList<string> Except { get; init; } = [];

    /// <summary>The measure at most so much.</summary>
    public static Goal AtMost(string scenario, int peers, string measure, double bound) => new(scenario, peers, measure, GoalKind.AtMost, bound);

    /// <summary>The measure at least so much.</summary>
    public static Goal AtLeast(string scenario, int peers, string measure, double bound) => new(scenario, peers, measure, GoalKind.AtLeast, bound);

    /// <summary>Whether it speaks of a row.</summary>
    public bool IsAbout(Row row) =>
        (Peers == 0 || Peers == row.Peers)
        && !Except.Any(name => Names(name, row.Scenario))
        && (Scenario.Length == 0 || Names(Scenario, row.Scenario));

    /// <summary>What the row comes to in its measure.</summary>
    public double ValueOf(Row row) =>
        !IsForEverySeed ? row.Mean(Measure) : Kind == GoalKind.AtMost ? row.Max(Measure) : row.Min(Measure);

    private static bool Names(string name, string scenario) =>
        name.EndsWith('-') ? scenario.StartsWith(name, StringComparison.Ordinal) : string.Equals(name, scenario, StringComparison.Ordinal);
}

/// <summary>Whether more or less is better.</summary>
internal enum GoalKind
{
    /// <summary>Less is better.</summary>
    AtMost,

    /// <summary>More is better.</summary>
    AtLeast,
}
