using Peercast.Simulation.Output;
using Peercast.Simulation.Scenarios;

namespace Peercast.Simulation.Goals;

/// <summary>
/// What runs with the tests: a hundred viewers, two seeds, a minute. The bounds are its own, since a minute after the
/// start is not the steady state: what was measured when they were set, and slack for what chance may add. A change
/// that makes the engine better is welcome to tighten them.
/// </summary>
internal static class ShortSuite
{
    public const int Peers = 100;

    public const int Seeds = 2;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(25);
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(60);
    private static readonly string[] Scenarios = ["S1", "S2", "S3-80", "S3-95", "S4", "S5", "S6", "S7"];

    public static IReadOnlyList<Goal> Goals { get; } =
    [
        Goal.AtMost("S1", Peers, "egressRates", 1.7) with { Slack = 0.3 },
        Goal.AtMost("S2", Peers, "egressRates", 3.0) with { Slack = 0.5 },
        Goal.AtMost("S3-80", Peers, "egressRatio", 1.42) with { Slack = 0.1 },
        Goal.AtMost("S3-95", Peers, "egressRatio", 3.0) with { Slack = 0.3 },
        Goal.AtMost("S4", Peers, "egressBeyondUnreachableRates", 4.3) with { Slack = 1 },
        Goal.AtMost("S5", Peers, "egressMaxRates", 30) with { IsForEverySeed = true },
        Goal.AtMost("S5", Peers, "neverStarted", 0) with { IsForEverySeed = true },
        Goal.AtMost("S6", Peers, "recoverySeconds", 10) with { Slack = 5 },
        Goal.AtMost("S7", Peers, "egressBeyondUnreachableRates", 2.5) with { TimesThatOf = "S2", Slack = 1 },
        Goal.AtMost("S7", Peers, "corruptDelivered", 0) with { IsForEverySeed = true },
        Goal.AtMost("S7", Peers, "corruptUnpunished", 0) with { IsForEverySeed = true },

        // Ninety viewers in 17 s, of an origin that serves thirty: they queue, and nobody stalls. What they cannot have from
        // each other yet they have from the origin.
        Goal.AtMost("S5", Peers, "joinsRefused", 0) with { IsForEverySeed = true },
        Goal.AtMost("S5", Peers, "queueSecondsMax", 30) with { Slack = 10 },
        Goal.AtLeast("S5", Peers, "continuityIndex", 0.9995) with { Slack = 0.001 },
        Goal.AtLeast("S5", Peers, "continuityWithoutFallback", 0.75) with { Slack = 0.05 },

        Goal.AtMost("", Peers, "longestStallSeconds", 1) with { IsForEverySeed = true },
        Goal.AtLeast("", Peers, "continuityIndex", 0.9999) with { Slack = 0.0005, Except = ["S5"] },
        Goal.AtLeast("", Peers, "continuityWithoutFallback", 0.98) with { Slack = 0.01, Except = ["S3-", "S5", "S7"] },
        Goal.AtLeast("S7", Peers, "continuityWithoutFallback", 0.95) with { Slack = 0.015 },
        Goal.AtMost("", Peers, "duplicateRatio", 0.015) with { Slack = 0.005 },
        Goal.AtMost("", Peers, "controlRatio", 0.03) with { Slack = 0.005 },
        Goal.AtMost("", Peers, "startupSecondsP50", 1),
        Goal.AtMost("", Peers, "startupSecondsP95", 2),
    ];

    /// <summary>The runs, a plan for each scenario and seed.</summary>
    public static IReadOnlyList<RunPlan> Plans { get; } =
    [
        .. from id in Scenarios
           from seed in Enumerable.Range(1, Seeds)
           select new RunPlan(ScenarioCatalog.Find(id)!, Peers, seed) { WarmUp = WarmUp, Length = Length },
    ];

    /// <summary>Runs them, each on one core.</summary>
    /// <param name="atOnce">How many at a time.</param>
    /// <param name="done">Told of each that is finished.</param>
    public static List<Row> Run(int atOnce, Action<RunPlan>? done = null)
    {
        var results = new RunResult[Plans.Count];
        Parallel.For(0, Plans.Count, new ParallelOptions { MaxDegreeOfParallelism = atOnce }, i =>
        {
            try
            {
                results[i] = Simulation.Run.Execute(Plans[i], threads: 1);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"The run failed. To repeat it: {Plans[i].Command}", e);
            }

            done?.Invoke(Plans[i]);
        });
        return [.. results.GroupBy(r => r.Plan.Scenario.Id).Select(g => new Row(g.Key, Peers, g.First().Plan.Policy.Name, [.. g]))];
    }
}
