namespace Peercast.Simulation.Output;

/// <summary>The runs of one scenario, size and policy over several seeds.</summary>
/// <param name="Scenario">Its short name.</param>
/// <param name="Peers">How many viewers.</param>
/// <param name="Policy">Its name.</param>
/// <param name="Results">One for each seed.</param>
internal sealed record Row(string Scenario, int Peers, string Policy, IReadOnlyList<RunResult> Results)
{
    public double Mean(string measure) => Results.Average(r => r.Figures[measure]);

    public double Min(string measure) => Results.Min(r => r.Figures[measure]);

    public double Max(string measure) => Results.Max(r => r.Figures[measure]);
}
