using Peercast.Protocol.Chunks;
using Peercast.Protocol.Primitives;
using Peercast.Protocol.Swarm;
using Peercast.Simulation.Network;

namespace Peercast.Simulation.Viewers;

/// <summary>What one viewer lived through, for the measures.</summary>
internal sealed class ViewerLog(Setting setting, PeerProfile profile)
{
    private readonly List<float> _latencies = [];
    private readonly List<float> _stalls = [];
    private readonly List<float> _seeks = [];
    private readonly List<(int Chunk, float Seconds)> _arrivals = [];
    private readonly long[] _recent = new long[1024];
    private readonly List<(long Origin, long Neighbors)> _timeline = [];
    private readonly List<double> _silentDrops = [];
    private TimeSpan? _stalledSince;
    private (TimeSpan At, long Segment)? _sought;

    public PeerProfile Profile { get; } = profile;

    /// <summary>When the player was opened; <see langword="null"/>: not yet.</summary>
    public TimeSpan? BeganAt { get; private set; }

    /// <summary>When it was closed, or fell silent.</summary>
    public TimeSpan? EndedAt { get; private set; }

    /// <summary>When it was first told to wait; <see langword="null"/>: it never was.</summary>
    public TimeSpan? QueuedAt { get; private set; }

    /// <summary>How long it waited for its turn, or has waited in vain.</summary>
    public TimeSpan Queued { get; private set; }

    /// <summary>It waits for its turn.</summary>
    public bool IsQueued { get; private set; }

    /// <summary>It was sent away.</summary>
    public bool IsRefused { get; private set; }

    /// <summary>From the opening, without the time in the queue, to the first whole part on its way to the decoder.</summary>
    public TimeSpan? Startup { get; private set; }

    /// <summary>The engine's counters when the warm-up ended; zeros where the viewer came later.</summary>
    public SwarmStatistics Baseline { get; private set; } = new();

    /// <summary>The engine's counters at the end.</summary>
    public SwarmStatistics Final { get; private set; } = new();

    /// <summary>Live latency in seconds, once a second while playing, after the warm-up, by the origin's clock.</summary>
    public IReadOnlyList<float> Latencies => _latencies;

    /// <summary>Seconds that each stall took that ended after the warm-up.</summary>
    public IReadOnlyList<float> Stalls => _stalls;

    /// <summary>Seconds from each jump to the first whole part from there.</summary>
    public IReadOnlyList<float> Seeks => _seeks;

    /// <summary>Chunks held since after the warm-up, and how long after their signing.</summary>
    public IReadOnlyList<(int Chunk, float Seconds)> Arrivals => _arrivals;

    /// <summary>Media bytes received in each second since the opening.</summary>
    public IReadOnlyList<(long Origin, long Neighbors)> Timeline => _timeline;

    /// <summary>
    /// How long each neighbor had been silent that had fallen silent and was dropped, or was still not at the end. One that never
    /// said a word is none: nothing is asked of it before its handshake.
    /// </summary>
    public IReadOnlyList<double> SilentDrops => _silentDrops;

    /// <summary>Chunks delivered whose bytes are not the origin's.</summary>
    public long CorruptDelivered { get; private set; }

    /// <summary>Chunks passed over.</summary>
    public long Skipped { get; private set; }

    /// <summary>It took part after the warm-up.</summary>
    public bool Counts => BeganAt is not null && (EndedAt is null || EndedAt > setting.WarmUp);

    public void Begin(TimeSpan now) => BeganAt = now;

    /// <summary>It has to wait for its turn, or is sent away.</summary>
    public void Queue(TimeSpan now, bool isRefused)
    {
        QueuedAt ??= now;
        Queued = now - QueuedAt.Value;
        (IsQueued, IsRefused) = (!isRefused, isRefused);
    }

    /// <summary>It was let in when it asked at that time.</summary>
    public void Admit(TimeSpan asked)
    {
        if (QueuedAt is { } since)
        {
            Queued = asked - since;
            IsQueued = false;
        }
    }

    /// <summary>The player was closed.</summary>
    public void End(TimeSpan now, SwarmStatistics? statistics)
    {
        if (EndedAt is null && statistics is not null)
        {
            EndedAt = now;
            Final = statistics;
            CloseStall(now);
        }
    }

    /// <summary>The run is over.</summary>
    public void Finish(TimeSpan now, SwarmStatistics statistics)
    {
        if (EndedAt is null)
        {
            Final = statistics;
            CloseStall(now);
        }
    }

    /// <summary>Takes the figures, once a second.</summary>
    public void Sample(TimeSpan now, SwarmStatistics statistics)
    {
        long origin = statistics.OriginBytes - Final.OriginBytes;
        long neighbors = statistics.NeighborBytes - Final.NeighborBytes;
        Final = statistics;
        _timeline.Add((origin, neighbors));
        if (now <= setting.WarmUp)
        {
            Baseline = statistics;
        }
        else if (statistics is { State: PlaybackState.Playing, Position: { } position } && !setting.Broadcast.Plan.Recorded)
        {
            _latencies.Add((float)(now - setting.Broadcast.CompleteAt(position)).TotalSeconds);
        }
    }

    /// <summary>Where playback stands after a turn of the engine.</summary>
    public void See(TimeSpan now, PlaybackState state)
    {
        if (state != PlaybackState.Stalled)
        {
            CloseStall(now);
        }
        else
        {
            _stalledSince ??= now;
        }
    }

    /// <summary>A chunk was found genuine, whether it was there already or not.</summary>
    public void Hold(TimeSpan now, ChunkId chunk)
    {
        ref long last = ref _recent[chunk.Value % _recent.Length];
        if (last != chunk.Value + 1 && now > setting.WarmUp)
        {
            _arrivals.Add(((int)chunk.Value, (float)(now - setting.Broadcast.SignedAt(chunk)).TotalSeconds));
        }

        last = chunk.Value + 1;
    }

    public void Deliver(TimeSpan now, ChunkInfo chunk, ReadOnlyMemory<byte> bytes)
    {
        ReadOnlyMemory<byte> original = setting.Broadcast.Payload(chunk.Id);
        if (!bytes.Equals(original) && !bytes.Span.SequenceEqual(original.Span))
        {
            CorruptDelivered++;
        }

        if ((chunk.Flags & ChunkFlags.EndOfPart) == 0)
        {
            return;
        }

        Startup ??= now - BeganAt - Queued;
        if (_sought is { } sought && chunk.Segment == sought.Segment)
        {
            _seeks.Add((float)(now - sought.At).TotalSeconds);
            _sought = null;
        }
    }

    public void Skip(ChunkRange lost) => Skipped += lost.Count;

    /// <summary>A neighbor is dropped, or is there to the end.</summary>
    public void Part(TimeSpan now, PeerProfile neighbor)
    {
        if (neighbor.FallsSilentAt <= now)
        {
            _silentDrops.Add((now - neighbor.FallsSilentAt.Value).TotalSeconds);
        }
    }

    public void Seek(TimeSpan now, ChunkId target) => _sought = (now, setting.Broadcast[target].Segment);

    private void CloseStall(TimeSpan now)
    {
        if (_stalledSince is { } since && now > setting.WarmUp)
        {
            _stalls.Add((float)(now - since).TotalSeconds);
        }

        _stalledSince = null;
    }
}
