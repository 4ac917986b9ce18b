using Peercast.Protocol.Swarm;
using Peercast.Simulation.Media;
using Peercast.Simulation.Origin;
using Peercast.Simulation.Viewers;

namespace Peercast.Simulation.Measures;

/// <summary>
/// Every measure, defined here and nowhere else. All count from the end of the warm-up to the end of the run, except
/// startup, seeks and corruption, which count from the first moment.
/// </summary>
internal static class Measures
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>The names, in the order of reports.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "egressRates", "boundRates", "egressRatio", "egressMaxRates", "egressStartupRates", "egressSeedRates", "egressFallbackRates",
        "egressUnreachableRates", "egressBeyondUnreachableRates", "recoverySeconds", "offloadRatio", "copiesPerChunk", "continuityIndex", "continuityWithoutFallback", "stalls",
        "stallSecondsPerHour", "longestStallSeconds", "startupSecondsP50", "startupSecondsP95", "startupSecondsMax", "neverStarted", "joinsQueued", "joinsRefused", "queueSecondsP50", "queueSecondsP95", "queueSecondsMax", "latencySecondsMean",
        "latencySecondsP50", "latencySecondsP95", "diffusionSecondsP50", "diffusionSecondsP95", "diffusionSecondsP99",
        "duplicateRatio", "controlRatio", "fairnessGini", "corruptDelivered", "corruptReceived", "bannedNeighbors", "corruptUnpunished", "silentDropSecondsMax", "skippedChunks", "seekSecondsP95",
        "meanViewers", "meanNeighbors", "rejectedRatio", "timedOutRatio",
    ];

    /// <summary>Works them out.</summary>
    /// <param name="setting">Of the run.</param>
    /// <param name="length">Of the run, warm-up included.</param>
    /// <param name="viewers">All that were to come.</param>
    /// <param name="origin">What the origin sent.</param>
    /// <param name="disturbedAt">When something happened from which the swarm had to recover; <see langword="null"/>: nothing did.</param>
    public static SortedDictionary<string, double> Of(
        Setting setting, TimeSpan length, IReadOnlyList<ViewerLog> viewers, OriginLedger origin, TimeSpan? disturbedAt)
    {
        List<ViewerLog> counted = [.. viewers.Where(v => v.Counts)];
        double seconds = (length - setting.WarmUp).TotalSeconds;
        double rateBytes = setting.Broadcast.Plan.Rate / 8.0;
        double Sum(Func<SwarmStatistics, double> pick) => counted.Sum(v => pick(v.Final) - pick(v.Baseline));
        double Rates(double bytes) => bytes / rateBytes / seconds;

        double media = Sum(s => s.MediaBytes);
        double due = Sum(s => s.ChunksDue);
        double onTime = Sum(s => s.ChunksOnTime);
        double egress = Rates(origin.BytesBetween(setting.WarmUp, length));
        double unreachable = Rates(counted.Where(IsOutside).Sum(v => v.Final.OriginBytes - v.Baseline.OriginBytes));
        double bound = setting.Broadcast.Plan is { Recorded: true } recording
            ? RecordedBound.MeanOver([.. viewers.Select(v => v.Profile)], recording.Rate, recording.Length, length)
            : Bound.MeanOver(setting, length, viewers);
        List<double> latencies = [.. counted.SelectMany(v => v.Latencies).Select(x => (double)x)];
        List<double> startups = [.. viewers.Where(v => v.Startup is not null).Select(v => v.Startup!.Value.TotalSeconds)];
        List<double> queued = [.. viewers.Where(v => v.QueuedAt is not null).Select(v => (v.IsQueued ? length - v.QueuedAt!.Value : v.Queued).TotalSeconds)];
        double watched = counted.Sum(v => Watched(v, setting.WarmUp, length));
        double[] diffusion = Diffusion.Percentiles(setting, length, viewers, [0.5, 0.95, 0.99]);
        return new SortedDictionary<string, double>(StringComparer.Ordinal)
        {
            // Origin media bytes over rate times time; the bound; the one over the other; the busiest second.
            ["egressRates"] = egress,
            ["boundRates"] = bound,
            ["egressRatio"] = egress / bound,
            ["egressMaxRates"] = origin.BusiestBySecond.Skip((int)setting.WarmUp.TotalSeconds).DefaultIfEmpty(0).Max() / rateBytes,
            ["egressStartupRates"] = Rates(Sum(s => s.OriginStartupBytes)),
            ["egressSeedRates"] = Rates(Sum(s => s.OriginSeedBytes)),
            ["egressFallbackRates"] = Rates(Sum(s => s.OriginFallbackBytes)),

            // What viewers took who can reach nobody, or whom everybody has banned: no swarm can take that off the origin.
            ["egressUnreachableRates"] = unreachable,
            ["egressBeyondUnreachableRates"] = egress - unreachable,

            // From a disturbance until the egress is back within a fifth of what it was.
            ["recoverySeconds"] = disturbedAt is { } at ? Recovery.Seconds(origin.BytesBySecond, setting.WarmUp, at, length) : 0,

            // Neighbor bytes over all media bytes received; origin sends of a chunk, mean over chunks.
            ["offloadRatio"] = Ratio(Sum(s => s.NeighborBytes), media),
            ["copiesPerChunk"] = CopiesPerChunk(setting, length, origin),

            // Chunks on time over chunks due; without fallback: those from a fallback counted as late.
            ["continuityIndex"] = due == 0 ? 1 : onTime / due,
            ["continuityWithoutFallback"] = due == 0 ? 1 : Math.Max(0, onTime - Sum(s => s.Fallbacks)) / due,
            ["stalls"] = Sum(s => s.Stalls),
            ["stallSecondsPerHour"] = Ratio(Sum(s => s.StallTime.TotalSeconds), watched / 3600),
            ["longestStallSeconds"] = counted.SelectMany(v => v.Stalls).DefaultIfEmpty(0).Max(),

            // From opening the player to the first whole part on its way to the decoder; the time in the queue apart.
            ["startupSecondsP50"] = Percentile(startups, 0.5),
            ["startupSecondsP95"] = Percentile(startups, 0.95),
            ["startupSecondsMax"] = startups.DefaultIfEmpty(0).Max(),
            ["neverStarted"] = viewers.Count(v => IsStillWaiting(v, length)),

            // Viewers who were let wait, and who were sent away; how long those waited who were let wait, so far at the end.
            ["joinsQueued"] = queued.Count,
            ["joinsRefused"] = viewers.Count(v => v.IsRefused),
            ["queueSecondsP50"] = Percentile(queued, 0.5),
            ["queueSecondsP95"] = Percentile(queued, 0.95),
            ["queueSecondsMax"] = queued.DefaultIfEmpty(0).Max(),

            // Wall clock at the playhead minus the wall clock in the manifest, both by the origin's clock.
            ["latencySecondsMean"] = latencies.Count == 0 ? 0 : latencies.Average(),
            ["latencySecondsP50"] = Percentile(latencies, 0.5),
            ["latencySecondsP95"] = Percentile(latencies, 0.95),

            // From the signing of a chunk until 50, 95, 99% of the viewers of that moment have it; mean over chunks.
            ["diffusionSecondsP50"] = diffusion[0],
            ["diffusionSecondsP95"] = diffusion[1],
            ["diffusionSecondsP99"] = diffusion[2],

            // Payload received in vain, and all else that neighbors sent, over payload received.
            ["duplicateRatio"] = Ratio(Sum(s => s.DuplicateBytes), media),
            ["controlRatio"] = Ratio(Sum(s => s.ControlBytesSent), media),
            ["fairnessGini"] = Gini([.. counted.Where(v => v.Profile.Uplink > 0).Select(v => (v.Final.UploadedBytes - v.Baseline.UploadedBytes) / (double)v.Profile.Uplink)]),
            ["corruptDelivered"] = viewers.Sum(v => v.CorruptDelivered),
            ["corruptReceived"] = viewers.Sum(v => v.Final.CorruptChunks),
            ["bannedNeighbors"] = viewers.Sum(v => v.Final.Banned),

            // Chunks found false whose sender was not banned for it; from a viewer's silence until its last neighbor dropped it.
            ["corruptUnpunished"] = viewers.Sum(v => Math.Max(0, v.Final.CorruptChunks - v.Final.Banned)),
            ["silentDropSecondsMax"] = viewers.SelectMany(v => v.SilentDrops).DefaultIfEmpty(0).Max(),
            ["skippedChunks"] = viewers.Sum(v => v.Skipped),
            ["seekSecondsP95"] = Percentile([.. viewers.SelectMany(v => v.Seeks).Select(x => (double)x)], 0.95),
            ["meanViewers"] = watched / seconds,
            ["meanNeighbors"] = counted.Count == 0 ? 0 : counted.Average(v => v.Final.Neighbors),
            ["rejectedRatio"] = Ratio(Sum(s => s.RequestsRejected), Sum(s => s.RequestsSent)),
            ["timedOutRatio"] = Ratio(Sum(s => s.RequestsTimedOut), Sum(s => s.RequestsSent)),
        };
    }

    /// <summary>The value below which so large a share lies; 0 of nothing.</summary>
    public static double Percentile(List<double> values, double share)
    {
        if (values.Count == 0)
        {
            return 0;
        }

        values.Sort();
        return values[Math.Clamp((int)Math.Ceiling(share * values.Count) - 1, 0, values.Count - 1)];
    }

    /// <summary>Mean absolute difference between any two over twice the mean: 0 all alike, 1 one has all.</summary>
    public static double Gini(List<double> values)
    {
        double total = values.Sum();
        if (total <= 0)
        {
            return 0;
        }

        values.Sort();
        double weighted = 0;
        for (int i = 0; i < values.Count; i++)
        {
            weighted += ((2 * (i + 1)) - values.Count - 1) * values[i];
        }

        return weighted / (values.Count * total);
    }

    /// <summary>Nothing to see yet, and not because the player was opened or let in just now, or closed at once.</summary>
    private static bool IsStillWaiting(ViewerLog viewer, TimeSpan length) =>
        viewer is { BeganAt: { } began, Startup: null, IsQueued: false, IsRefused: false } && (viewer.EndedAt ?? length) - began - viewer.Queued > Patience;

    private static bool IsOutside(ViewerLog viewer) => viewer.Profile.ReachesNobody || viewer.Profile.Manners == Network.Manners.Polluter;

    private static double Ratio(double part, double whole) => whole <= 0 ? 0 : part / whole;

    private static double Watched(ViewerLog viewer, TimeSpan from, TimeSpan to)
    {
        TimeSpan began = viewer.BeganAt!.Value > from ? viewer.BeganAt.Value : from;
        return Math.Max(0, ((viewer.EndedAt ?? to) - began).TotalSeconds);
    }

    private static double CopiesPerChunk(Setting setting, TimeSpan length, OriginLedger origin)
    {
        long copies = 0, chunks = 0;
        for (long id = 0; id < setting.Broadcast.ChunkCount; id++)
        {
            var chunk = new Protocol.Primitives.ChunkId(id);
            TimeSpan signed = setting.Broadcast.SignedAt(chunk);
            if (setting.Broadcast.Plan.Recorded || (signed >= setting.WarmUp && signed < length - setting.Options.TargetLatency))
            {
                copies += origin.CopiesOf(chunk);
                chunks++;
            }
        }

        return chunks == 0 ? 0 : (double)copies / chunks;
    }
}
