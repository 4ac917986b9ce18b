namespace Peercast.Simulation.Goals;

/// <summary>What the engine is to come to in the scenarios as they are, mean of five seeds.</summary>
internal static class EngineGoals
{
    public static IReadOnlyList<Goal> All { get; } =
    [
        Goal.AtMost("S1", 1000, "egressRates", 3.0),
        Goal.AtLeast("S1", 1000, "offloadRatio", 0.997),
        Goal.AtMost("S2", 1000, "egressRates", 3.0),
        Goal.AtLeast("S2", 1000, "offloadRatio", 0.997),

        // Small audiences are where people start.
        Goal.AtMost("S2", 20, "egressRates", 1.2),
        Goal.AtMost("S2", 100, "egressRates", 2.2),
        Goal.AtMost("S2", 10_000, "egressRates", 4.2),
        Goal.AtMost("S3-", 0, "egressRatio", 1.25),
        Goal.AtMost("S4", 1000, "egressBeyondUnreachableRates", 6),
        Goal.AtMost("S4", 10_000, "egressBeyondUnreachableRates", 21),
        Goal.AtMost("S5", 0, "longestStallSeconds", 1) with { IsForEverySeed = true },
        Goal.AtMost("S5", 0, "egressMaxRates", 30) with { IsForEverySeed = true },
        Goal.AtMost("S5", 0, "neverStarted", 0) with { IsForEverySeed = true },
        Goal.AtMost("S5", 0, "joinsRefused", 0) with { IsForEverySeed = true },
        Goal.AtMost("S6", 0, "longestStallSeconds", 1) with { IsForEverySeed = true },
        Goal.AtMost("S6", 0, "recoverySeconds", 10),
        Goal.AtMost("S7", 0, "egressBeyondUnreachableRates", 2.5) with { TimesThatOf = "S2" },
        Goal.AtMost("S7", 0, "corruptDelivered", 0) with { IsForEverySeed = true },
        Goal.AtMost("S7", 0, "corruptUnpunished", 0) with { IsForEverySeed = true },
        Goal.AtLeast("S8", 0, "continuityIndex", 0.9999),
        Goal.AtMost("S9", 0, "stalls", 0) with { IsForEverySeed = true },
        Goal.AtMost("S9", 0, "silentDropSecondsMax", 2) with { IsForEverySeed = true },
        Goal.AtLeast("S10", 100, "offloadRatio", 0.95),
        Goal.AtMost("S10", 0, "seekSecondsP95", 1),
        Goal.AtMost("S12-2", 0, "latencySecondsMean", 5),
        Goal.AtMost("S12-5", 0, "latencySecondsMean", 3),

        Goal.AtLeast("", 0, "continuityIndex", 0.9999),
        Goal.AtLeast("", 0, "continuityWithoutFallback", 0.999) with { Except = ["S3-"] },
        Goal.AtMost("", 0, "duplicateRatio", 0.015),
        Goal.AtMost("", 0, "controlRatio", 0.03),
        Goal.AtMost("", 0, "startupSecondsP50", 1),
        Goal.AtMost("", 0, "startupSecondsP95", 2),
    ];
}
