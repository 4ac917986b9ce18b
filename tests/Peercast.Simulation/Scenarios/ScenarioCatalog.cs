namespace Peercast.Simulation.Scenarios;

/// <summary>All scenarios, by their short names.</summary>
internal static class ScenarioCatalog
{
    /// <summary>In the order of reports.</summary>
    public static IReadOnlyList<Scenario> All { get; } = 
    [
        new S1EqualUplinks(), new S2SkewedUplinks(), new S3TooLittleUplink(80), new S3TooLittleUplink(95), new S4Churn(), new S5FlashCrowd(),
        new S6MassDeparture(), new S7FreeRidersAndPolluters(), new S8ModernAccess(), new S9OriginHalves(), new S10Recording(), new S11Mistaken(),
        new S12LowLatency(2, TimeSpan.FromSeconds(4)), new S12LowLatency(5, TimeSpan.FromSeconds(2)),
    ];

    /// <summary>The scenario of a name, whatever its case; <see langword="null"/>: there is none.</summary>
    public static Scenario? Find(string id) => All.FirstOrDefault(s => string.Equals(s.Id, id, StringComparison.OrdinalIgnoreCase));
}
