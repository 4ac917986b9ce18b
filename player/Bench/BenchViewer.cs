using Peercast.Player.Playback;
using Peercast.Player.Session;
using Peercast.Protocol.Swarm;

namespace Peercast.Player.Bench;

/// <summary>One viewer of a run: a session like any other, whose output only measures.</summary>
internal sealed class BenchViewer : IAsyncDisposable
{
    private readonly MeasuringOutput _output;
    private readonly List<double> _latencies = [];

    public BenchViewer(BenchPlan plan, DistinctChunks distinct)
    {
        _output = new MeasuringOutput(distinct);
        Session = new ViewerSession(
            new ViewerRequest
            {
                Link = plan.Options.Link,
                Rendition = plan.Options.Rendition,
                Latency = plan.Options.Latency,
                UploadLimit = plan.Options.Uplink ?? long.MaxValue,
                PeerToPeer = plan.Options.PeerToPeer,
            },
            _output,
            plan.Connections,
            plan.Options.Downlink ?? 0);
    }

    /// <summary>The session below.</summary>
    public ViewerSession Session { get; }

    /// <summary>Why it ended early; <see langword="null"/> where it did not.</summary>
    public PlayerException? Failure { get; private set; }

    /// <summary>Live latencies seen, in seconds.</summary>
    public IReadOnlyList<double> Latencies => _latencies;

    /// <summary>From the start to the first whole part.</summary>
    public TimeSpan? Startup => _output.Startup;

    /// <summary>Since the start.</summary>
    public TimeSpan Watched => _output.SinceBegin;

    /// <summary>The last statistics; <see langword="null"/> for a viewer that never found the channel.</summary>
    public SwarmStatistics? Statistics { get; private set; }

    /// <summary>Watches until canceled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        _output.Begin();
        try
        {
            await Session.RunAsync(cancellation).ConfigureAwait(false);
        }
        catch (PlayerException e)
        {
            Failure = e;
        }
    }

    /// <summary>Takes one sample.</summary>
    public void Sample()
    {
        Statistics = Session.GetStatistics() ?? Statistics;
        if (Statistics is { LiveLatency: { } latency, State: PlaybackState.Playing or PlaybackState.Stalled })
        {
            _latencies.Add(latency.TotalSeconds);
        }
    }

    /// <summary>The viewer's own figures.</summary>
    public ViewerFigures ToFigures()
    {
        SwarmStatistics s = Statistics ?? new SwarmStatistics();
        return new ViewerFigures(
            s.OriginBytes,
            s.NeighborBytes,
            s.UploadedBytes,
            Math.Round(Startup?.TotalMilliseconds ?? 0, 1),
            s.Stalls,
            Math.Round(s.StallTime.TotalSeconds, 3),
            s.ChunksDue,
            s.ChunksOnTime,
            Quantiles.Of(_latencies).P50,
            s.Neighbors,
            s.NeighborsConnectedTotal,
            s.ConnectionsFailed,
            s.RequestsSent,
            s.RequestsRejected,
            s.RequestsTimedOut);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Session.DisposeAsync();
}
