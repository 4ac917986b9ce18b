using Peercast.Protocol.Swarm;
using Peercast.Simulation.Engines;
using Peercast.Simulation.Engines.Reference;

namespace Peercast.Simulation.Policies;

/// <summary>A way to decide, to be compared with others on the same viewers and lines.</summary>
/// <param name="Name">As on the command line.</param>
/// <param name="About">In a line.</param>
/// <param name="Set">How it sets the engine.</param>
internal sealed record Policy(string Name, string About, Func<SwarmOptions, SwarmOptions> Set)
{
    /// <summary>Makes the engine that decides.</summary>
    public EngineFactory Engine { get; init; } = (options, verifier, random) => new ProductionEngine(options, verifier, random);

    /// <summary>The engine as players run it.</summary>
    public static Policy Production { get; } = new("peercast", "the engine as players run it", options => options);

    /// <summary>The origin serves everybody: the control row.</summary>
    public static Policy WithoutNeighbors { get; } = new("no-p2p", "neighbors off", options => options with { UseNeighbors = false });

    /// <summary>All, production first.</summary>
    public static IReadOnlyList<Policy> All { get; } =
    [
        Production,
        WithoutNeighbors,
        new("rarest-first", "what fewest neighbors have comes first, whenever it is due", options => options with { UrgentWindow = options.FallbackMargin }),
        new("earliest-deadline", "what is due first comes first, however many have it", options => options with { UrgentWindow = TimeSpan.FromDays(1) }),
        new("late-fallback", "production without the rescue of what no neighbor holds", options => options with { RescueMargin = TimeSpan.Zero }),
        Reference("whole-segment", "p2p-media-loader 2.3 as installed: whole segments, the origin first within 15 s of the playhead", parts =>
            new WholeSegmentRules(parts, WholeSegmentRules.DefaultHighDemand)),
        Reference("whole-segment-tuned", "the same, the origin first only within a third of the live latency", parts =>
            new WholeSegmentRules(parts, TunedHighDemand(parts.Options.TargetLatency))),
        Reference("hash-election", "the lowest hash of a neighborhood fetches a chunk, the others wait for it", parts => new HashElectionRules(parts)),
    ];

    private static TimeSpan TunedHighDemand(TimeSpan latency) =>
        latency / 3 < WholeSegmentRules.DefaultHighDemand ? latency / 3 : WholeSegmentRules.DefaultHighDemand;

    private static Policy Reference(string name, string about, Func<EngineParts, IReferenceRules> rules) => new(name, about, options => options)
    {
        Engine = (options, verifier, random) => new ReferenceEngine(options, verifier, random, rules),
    };

    /// <summary>The policy of a name; <see langword="null"/>: there is none.</summary>
    public static Policy? Find(string name) => All.FirstOrDefault(p => string.Equals(p.Name, name, StringComparison.OrdinalIgnoreCase));
}
