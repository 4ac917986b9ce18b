using System.Collections.Immutable;
using System.Diagnostics;
using Peercast.Player.CommandLine;
using Peercast.Player.Session;
using Peercast.Protocol.Swarm;
using Peercast.Protocol.Transport;
using Spectre.Console;

namespace Peercast.Player.Bench;

/// <summary>
/// <c>peercast bench</c>: real viewers in one process, each with its own engine, sockets and data channels, that
/// render nothing.
/// </summary>
internal static class BenchCommand
{
    private static readonly TimeSpan SampleInterval = TimeSpan.FromSeconds(0.5);

    /// <summary>Runs it, prints the table, writes the JSON.</summary>
    /// <exception cref="PlayerException">The channel cannot be watched, or the report cannot be written.</exception>
    public static async Task<BenchReport> RunAsync(BenchPlan plan, IAnsiConsole console, CancellationToken cancellation)
    {
        ReportFile.Check(plan.Options.JsonPath);
        var link = WatchLink.Parse(plan.Options.Link);
        await CheckAsync(link, cancellation).ConfigureAwait(false);
        using SampleFile? samples = SampleFile.Open(plan.Options.SamplesPath);
        using var counter = new OriginCounter(link);
        OriginCount before = await counter.ReadAsync(cancellation).ConfigureAwait(false);
        var distinct = new DistinctChunks();
        var viewers = new List<BenchViewer>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        long started = Stopwatch.GetTimestamp();
        TimeSpan cpuBefore = Environment.CpuUsage.TotalTime;
        var running = new List<Task>();
        var queue = new QueueLine(console);
        try
        {
            for (int i = 0; i < plan.Options.Peers; i++)
            {
                var viewer = new BenchViewer(plan, distinct);
                viewers.Add(viewer);
                running.Add(viewer.RunAsync(stop.Token));
                await WatchAsync(plan, viewers, plan.Options.JoinSpacing, samples, queue, stop.Token).ConfigureAwait(false);
            }

            await WatchAsync(plan, viewers, plan.Options.Duration, samples, queue, stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Ctrl+C ends the run early; what was measured until then is still a report.
        }

        TimeSpan elapsed = Stopwatch.GetElapsedTime(started);
        TimeSpan cpu = Environment.CpuUsage.TotalTime - cpuBefore;
        Sample(viewers, samples);
        OriginCount after = await counter.ReadAsync(CancellationToken.None).ConfigureAwait(false);
        await stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(running).ConfigureAwait(false);
        BenchReport report = Summarize(plan.Options, viewers, distinct, elapsed, cpu, after.MediaBytes - before.MediaBytes);
        foreach (BenchViewer viewer in viewers)
        {
            await viewer.DisposeAsync().ConfigureAwait(false);
        }

        BenchTable.Print(console, report);
        ReportFile.Write(report, plan.Options.JsonPath);
        return report;
    }

    /// <summary>Says at once, and in the words of every other command, that there is nothing to watch.</summary>
    private static async Task CheckAsync(WatchLink link, CancellationToken cancellation)
    {
        using var origin = new OriginClient(link, new DownlinkShaper(0));
        _ = await origin.GetDescriptorAsync(cancellation).ConfigureAwait(false);
    }

    private static async Task WatchAsync(
        BenchPlan plan, List<BenchViewer> viewers, TimeSpan duration, SampleFile? samples, QueueLine queue, CancellationToken cancellation)
    {
        long until = Stopwatch.GetTimestamp() + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        while (Stopwatch.GetTimestamp() is var now && now < until)
        {
            TimeSpan rest = Stopwatch.GetElapsedTime(now, until);
            await Task.Delay(rest < SampleInterval ? rest : SampleInterval, cancellation).ConfigureAwait(false);
            Sample(viewers, samples);
            queue.Report(viewers);
            if (viewers.Count == plan.Options.Peers && viewers.TrueForAll(viewer => viewer.Failure is not null))
            {
                PlayerException first = viewers[0].Failure!;
                throw new PlayerException(first.Code, $"Every viewer failed: {first.Message}", first);
            }
        }
    }

    private static void Sample(List<BenchViewer> viewers, SampleFile? samples)
    {
        for (int i = 0; i < viewers.Count; i++)
        {
            viewers[i].Sample();
            samples?.Add(DateTimeOffset.UtcNow, i, viewers[i]);
        }
    }

    private static BenchReport Summarize(
        BenchOptions options, List<BenchViewer> viewers, DistinctChunks distinct, TimeSpan elapsed, TimeSpan cpu, long originCounted)
    {
        ImmutableArray<SwarmStatistics> all = [.. viewers.Select(viewer => viewer.Statistics ?? new SwarmStatistics())];
        long media = all.Sum(s => s.MediaBytes);
        long neighbors = all.Sum(s => s.NeighborBytes);
        long origin = all.Sum(s => s.OriginBytes + s.OriginDuplicateBytes);
        long due = all.Sum(s => s.ChunksDue);
        return new BenchReport
        {
            Peers = options.Peers,
            Seconds = Math.Round(elapsed.TotalSeconds, 1),
            PeerToPeer = options.PeerToPeer,
            MediaBytes = media,
            OriginBytes = origin,
            OriginCountedBytes = originCounted,
            NeighborBytes = neighbors,
            OffloadRatio = Ratio(neighbors, neighbors + origin),
            CopiesPerChunk = Ratio(origin, distinct.Bytes),
            StartupMs = Quantiles.Of(viewers.Select(viewer => viewer.Startup?.TotalMilliseconds ?? elapsed.TotalMilliseconds)),
            Stalls = all.Sum(s => s.Stalls),
            StallSeconds = Math.Round(all.Sum(s => s.StallTime.TotalSeconds), 3),
            ContinuityIndex = due == 0 ? 0 : Math.Round((double)all.Sum(s => s.ChunksOnTime) / due, 6),
            LatencySeconds = Quantiles.Of(viewers.SelectMany(viewer => viewer.Latencies)),
            DuplicateRatio = Ratio(all.Sum(s => s.DuplicateBytes), media),
            ControlRatio = Ratio(all.Sum(s => s.ControlBytesSent), media),
            CorruptChunks = all.Sum(s => s.CorruptChunks),
            ConnectionsFailed = all.Sum(s => s.ConnectionsFailed),
            OriginBytesByCause = new OriginCauses(
                all.Sum(s => s.OriginStartupBytes), all.Sum(s => s.OriginSeedBytes), all.Sum(s => s.OriginFallbackBytes)),
            UploadGini = Gini([.. all.Select(s => (double)s.UploadedBytes)]),
            CpuSeconds = Math.Round(cpu.TotalSeconds, 2),
            Errors = [.. viewers.Select(viewer => viewer.Failure?.Message).OfType<string>()],
            Viewers = [.. viewers.Select(viewer => viewer.ToFigures())],
        };
    }

    private static double Ratio(long part, long whole) => whole == 0 ? 0 : Math.Round((double)part / whole, 4);

    /// <summary>Gini coefficient: half the mean absolute difference over the mean.</summary>
    private static double Gini(double[] values)
    {
        Array.Sort(values);
        double sum = values.Sum();
        double weighted = values.Select((value, i) => (i + 1) * value).Sum();
        return sum == 0 ? 0 : Math.Round((2 * weighted / (values.Length * sum)) - ((values.Length + 1.0) / values.Length), 3);
    }
}

/// <summary>A run as composed: what was asked for, and how its viewers connect to each other.</summary>
internal sealed record BenchPlan(BenchOptions Options, Func<PeerEnvironment, IPeerConnectionFactory> Connections);
