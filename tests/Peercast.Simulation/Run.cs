using Peercast.Protocol.Primitives;
using Peercast.Protocol.Swarm;
using Peercast.Simulation.Kernel;
using Peercast.Simulation.Measures;
using Peercast.Simulation.Media;
using Peercast.Simulation.Network;
using Peercast.Simulation.Origin;
using Peercast.Simulation.Scenarios;
using Peercast.Simulation.Viewers;

namespace Peercast.Simulation;

/// <summary>Builds the world of a plan, lets it run, and takes the measures.</summary>
internal static class Run
{
    /// <summary>How far back the origin keeps chunks, as it does by default.</summary>
    private static readonly TimeSpan OriginRing = TimeSpan.FromSeconds(60);

    /// <summary>Runs to the end.</summary>
    /// <param name="plan">What.</param>
    /// <param name="threads">How many may work at once; changes nothing but the time it takes.</param>
    /// <param name="progress">Told how far it is, 0 to 1.</param>
    /// <param name="cancellation">Ends it early, with an exception.</param>
    public static RunResult Execute(RunPlan plan, int threads, Action<double>? progress = null, CancellationToken cancellation = default)
    {
        Scenario scenario = plan.Scenario;
        Timing timing = plan.Timing;
        TimeSpan length = timing.Length;
        List<PeerProfile> profiles = scenario.Draw(plan.Peers, timing, new Random(HashCode32.Of(plan.Seed, 0, 10)));
        using var broadcast = new Broadcast(
            scenario.Recorded
                ? new BroadcastPlan(scenario.Rate, scenario.RecordingLength, Recorded: true)
                : new BroadcastPlan(scenario.Rate, length + TimeSpan.FromSeconds(21), Recorded: false),
            new Random(HashCode32.Of(plan.Seed, 0, 11)));

        using var verifier = new SharedVerifier(broadcast);
        var world = new World(threads);
        var byActor = new Dictionary<int, PeerProfile>();
        var paths = new Paths(byActor, scenario.BlockedPairs, HashCode32.Of(plan.Seed, 0, 12));
        OriginActor origin = world.Add(index => new OriginActor(
            index,
            broadcast,
            paths,
            OriginRing,
            scenario.Origin(timing),
            scenario.MaxEgress > 0 ? new PacedLine(scenario.MaxEgress, new Random(HashCode32.Of(plan.Seed, 0, 14))) : null));
        SwarmId swarm = SwarmId.Derive(broadcast.Fingerprint, Broadcast.Rendition);
        TrackerActor tracker = world.Add(index => new TrackerActor(
            index, TrackerActor.Create(swarm, new Random(HashCode32.Of(plan.Seed, 0, 13))), paths));
        var setting = new Setting(
            broadcast,
            paths,
            plan.Policy.Set(new SwarmOptions { TargetLatency = scenario.Latency, Recorded = scenario.Recorded }),
            plan.Policy.Engine,
            verifier,
            origin.Index,
            tracker.Index,
            plan.Seed,
            timing.WarmUp)
        {
            HasQueue = scenario.MaxEgress > 0,
        };
        var viewers = new List<Viewer>();
        foreach (PeerProfile profile in profiles)
        {
            Viewer viewer = world.Add(index => new Viewer(index, setting, profile));
            byActor.Add(viewer.Index, profile);
            viewers.Add(viewer);
        }

        world.Run(length, progress is null ? null : now => progress(now / length), cancellation);
        foreach (Viewer viewer in viewers)
        {
            viewer.Finish(length);
        }

        List<ViewerLog> logs = [.. viewers.Select(v => v.Log)];
        return new RunResult(plan, Measures.Measures.Of(setting, length, logs, origin.Ledger, scenario.DisturbedAt(timing)), RunTrace.Of(setting, logs, origin.Ledger));
    }
}

/// <summary>What a run came to.</summary>
/// <param name="Plan">Of what.</param>
/// <param name="Figures">By the names of <see cref="Measures.Measures.Names"/>.</param>
/// <param name="Trace">What plots show beyond them.</param>
internal sealed record RunResult(RunPlan Plan, SortedDictionary<string, double> Figures, RunTrace Trace);
