namespace Peercast.Simulation.Scenarios;

/// <summary>All scenarios, by their short names.</summary>
internal static class ScenarioCatalog
{
    /// <summary>In the order of reports.</summary>
    public static IReadOnlyList<Scenario> All { get; } = [new S1EqualUplinks(), new S2SkewedUplinks()];

    /// <summary>The scenario of a name, whatever its case; <see langword="null"/>: there is none.</summary>
    public static Scenario? Find(string id) => All.FirstOrDefault(s => string.Equals(s.Id, id, StringComparison.OrdinalIgnoreCase));
}
