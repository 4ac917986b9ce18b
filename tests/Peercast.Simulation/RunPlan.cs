using Peercast.Simulation.Policies;
using Peercast.Simulation.Scenarios;

namespace Peercast.Simulation;

/// <summary>One run: everything that its outcome depends on.</summary>
/// <param name="Scenario">What happens.</param>
/// <param name="Peers">To how many.</param>
/// <param name="Seed">All chance.</param>
internal sealed record RunPlan(Scenario Scenario, int Peers, int Seed)
{
    /// <summary>How the viewers decide.</summary>
    public Policy Policy { get; init; } = Policy.Production;

    /// <summary>Shorter than the scenario says; <see langword="null"/>: as it says.</summary>
    public TimeSpan? Length { get; init; }

    /// <summary>Shorter than the scenario says; <see langword="null"/>: as it says.</summary>
    public TimeSpan? WarmUp { get; init; }

    /// <summary>When what happens.</summary>
    public Timing Timing => new(WarmUp ?? Scenario.WarmUp, Length ?? Scenario.Length);

    /// <summary>The command that repeats the run.</summary>
    public string Command => CommandFor(1);

    /// <summary>The command that repeats the run and those of the next seeds.</summary>
    public string CommandFor(int seeds)
    {
        string command = $"dotnet run -c Release --project tests/Peercast.Simulation -- run {Scenario.Id} --peers {Peers} --first-seed {Seed} --seeds {seeds}";
        command += Policy == Policy.Production ? "" : $" --policy {Policy.Name}";
        command += Length is { } length ? $" --seconds {length.TotalSeconds}" : "";
        return command + (WarmUp is { } warmUp ? $" --warm-up {warmUp.TotalSeconds}" : "");
    }
}
