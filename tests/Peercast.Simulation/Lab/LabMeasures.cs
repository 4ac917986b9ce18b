using Peercast.Protocol.Primitives;
using Peercast.Protocol.Swarm;
using Peercast.Simulation.Media;
using Peercast.Simulation.Network;
using Peercast.Simulation.Origin;
using Peercast.Simulation.Viewers;

namespace Peercast.Simulation.Lab;

/// <summary>
/// Works out the simulator's own measures from what a lab run left behind: real counters take the places of the
/// simulated ones, and everything behind them is the same code.
/// </summary>
internal static class LabMeasures
{
    /// <summary>What only the simulator can know, or knows to the millisecond where the lab samples twice a second.</summary>
    private static readonly string[] Unknown =
    [
        "recoverySeconds", "longestStallSeconds", "startupSecondsMax", "neverStarted", "diffusionSecondsP50", "diffusionSecondsP95", "diffusionSecondsP99",
        "corruptDelivered", "corruptUnpunished", "silentDropSecondsMax", "skippedChunks", "seekSecondsP95",
    ];

    /// <summary>The figures, by the names of <see cref="Measures.Measures.Names"/>; what the lab cannot know is left out.</summary>
    /// <param name="run">What happened.</param>
    public static SortedDictionary<string, double> Of(LabRun run)
    {
        LabPopulation population = run.Population;
        using var broadcast = new Broadcast(new BroadcastPlan(RateOf(run), population.Length, Recorded: false), new Random(0));
        using var verifier = new SharedVerifier(broadcast);
        var setting = new Setting(
            broadcast,
            new Paths(new Dictionary<int, PeerProfile>(), 0, 0),
            new SwarmOptions { TargetLatency = population.Latency },
            Policies.Policy.Production.Engine,
            verifier,
            0,
            0,
            0,
            population.WarmUp);
        List<ViewerLog> viewers = [.. population.Viewers.Zip(run.Viewers, (viewer, samples) => LogOf(setting, run, viewer.Profile, samples))];
        SortedDictionary<string, double> figures = Measures.Measures.Of(setting, population.Length, viewers, LedgerOf(run), disturbedAt: null);
        foreach (string name in Unknown)
        {
            figures.Remove(name);
        }

        OriginStats from = At(run, population.WarmUp).Stats, to = run.Origin[^1].Stats;
        figures["copiesPerChunk"] = (double)(to.ChunksServed - from.ChunksServed) / Math.Max(1, to.ChunksProduced - from.ChunksProduced);
        List<double> startups = [.. run.Viewers.Where(s => s.Count > 0).Select(s => s[^1].StartupMs / 1000).OfType<double>()];
        figures["startupSecondsP50"] = Measures.Measures.Percentile(startups, 0.5);
        figures["startupSecondsP95"] = Measures.Measures.Percentile(startups, 0.95);
        return figures;
    }

    /// <summary>What the channel really ran at while figures counted, in bits per second.</summary>
    /// <exception cref="FormatException">The origin was not watched long enough to tell.</exception>
    public static long RateOf(LabRun run)
    {
        if (run.Origin.Count < 2 || At(run, run.Population.WarmUp) is var from && from.UnixMs >= run.Origin[^1].UnixMs)
        {
            throw new FormatException("The origin's counters end before the warm-up does.");
        }

        OriginSample to = run.Origin[^1];
        return (to.Stats.MediaBytesProduced - from.Stats.MediaBytesProduced) * 8000 / (to.UnixMs - from.UnixMs);
    }

    /// <summary>The origin's last counters before a time of the run, or the first.</summary>
    private static OriginSample At(LabRun run, TimeSpan time) =>
        run.Origin.LastOrDefault(s => s.UnixMs <= run.StartedMs + time.TotalMilliseconds) ?? run.Origin[0];

    private static ViewerLog LogOf(Setting setting, LabRun run, PeerProfile profile, IReadOnlyList<ViewerSample> samples)
    {
        var log = new ViewerLog(setting, profile);
        if (samples.Count == 0)
        {
            return log;
        }

        TimeSpan TimeOf(long unixMs) => TimeSpan.FromMilliseconds(Math.Max(0, unixMs - run.StartedMs));
        log.Begin(TimeOf(samples[0].UnixMs - samples[0].WatchedMs));
        foreach (ViewerSample sample in samples)
        {
            TimeSpan now = TimeOf(sample.UnixMs);
            log.Sample(now, InTimeOf(setting.Broadcast, now, sample.Statistics));
        }

        (TimeSpan end, SwarmStatistics last) = (TimeOf(samples[^1].UnixMs), samples[^1].Statistics);
        if (profile.LeavesAt is null)
        {
            log.Finish(end, last);
        }
        else
        {
            log.End(end, last);
        }

        return log;
    }

    /// <summary>The log takes the latency from the playhead: puts that where the simulated broadcast has what is as old as the player's was.</summary>
    private static SwarmStatistics InTimeOf(Broadcast broadcast, TimeSpan now, SwarmStatistics statistics) => statistics with
    {
        Position = statistics.LiveLatency is { } latency
            ? MediaTime.FromTimeSpan(now - latency - Broadcast.PartDuration + broadcast.Plan.Head)
            : null,
    };

    private static OriginLedger LedgerOf(LabRun run)
    {
        var ledger = new OriginLedger();
        OriginSample? before = null;
        foreach (OriginSample sample in run.Origin)
        {
            if (before is not null && sample.UnixMs > run.StartedMs)
            {
                // Which chunks these were does not matter here; the copies are counted elsewhere.
                ledger.Sent(TimeSpan.FromMilliseconds(sample.UnixMs - run.StartedMs), new ChunkId(-1), (int)(sample.Stats.MediaBytes - before.Stats.MediaBytes));
            }

            before = sample;
        }

        return ledger;
    }
}
