using System.Text.Json;
using Peercast.Simulation.Measures;

namespace Peercast.Simulation.Output;

/// <summary>
/// A file with a line for each run that has been made, so that a long series can be stopped and gone on with. A run is
/// found again only by the very build that made it.
/// </summary>
internal sealed class RunStore
{
    private static readonly JsonSerializerOptions Json = new() { IncludeFields = true };
    private static readonly string Build = string.Join('-', new[]
    {
        typeof(RunStore).Module.ModuleVersionId,
        typeof(Protocol.Swarm.SwarmSession).Module.ModuleVersionId,
        typeof(Peercast.Origin.Tracker.SwarmTracker).Module.ModuleVersionId,
    }.Select(id => id.ToString("n")[..8]));

    private readonly string _path;
    private readonly Dictionary<string, Kept> _kept = new(StringComparer.Ordinal);

    /// <param name="path">Of the file; it need not exist.</param>
    public RunStore(string path)
    {
        _path = path;
        string text = File.Exists(path) ? File.ReadAllText(path) : "";
        if (text.Length > 0 && !text.EndsWith('\n'))
        {
            // Stopped while a line was written.
            File.AppendAllText(path, "\n");
        }

        foreach (string line in text.Split('\n'))
        {
            if (line.EndsWith('}') && JsonSerializer.Deserialize<Kept>(line, Json) is { } kept)
            {
                _kept[kept.Run] = kept;
            }
        }
    }

    /// <summary>What a plan came to; <see langword="null"/>: it was not run yet.</summary>
    public RunResult? Find(RunPlan plan) =>
        _kept.TryGetValue(Name(plan), out Kept? kept) ? new RunResult(plan, kept.Figures, kept.Trace) : null;

    /// <summary>Adds a run.</summary>
    public void Add(RunResult result)
    {
        var kept = new Kept(Name(result.Plan), result.Figures, result.Trace);
        _kept[kept.Run] = kept;
        File.AppendAllText(_path, JsonSerializer.Serialize(kept, Json) + "\n");
    }

    private static string Name(RunPlan plan) => $"{Build} {plan.Command}";

    private sealed record Kept(string Run, SortedDictionary<string, double> Figures, RunTrace Trace);
}
