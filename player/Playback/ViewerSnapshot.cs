namespace Peercast.Player.Playback;

/// <summary>What a session is doing.</summary>
internal enum ViewerState
{
    /// <summary>Fetching the channel's descriptor and the first media.</summary>
    Connecting,

    /// <summary>The channel is full: waiting for a turn to join.</summary>
    Queued,

    /// <summary>Media arrives; nothing has been delivered yet.</summary>
    Buffering,

    /// <summary>Media is delivered in time (or, without playback, is shared).</summary>
    Playing,

    /// <summary>A chunk missed its deadline and is waited for.</summary>
    Stalled,

    /// <summary>The viewer paused it.</summary>
    Paused,

    /// <summary>The channel is known but its publisher is away.</summary>
    Offline,

    /// <summary>A recorded channel was delivered to its end.</summary>
    Ended,
}

/// <summary>
/// A session at one moment, for the statistics on screen and in the terminal. Counters run from the session's start;
/// rates are derived from two snapshots (<see cref="Terminal.RateMeter"/>).
/// </summary>
internal sealed record ViewerSnapshot
{
    /// <summary>The snapshot of a session that has not reached the origin yet.</summary>
    public static ViewerSnapshot Empty { get; } = new();

    /// <summary>The channel's title; empty until the descriptor has come.</summary>
    public string Title { get; init; } = "";

    /// <summary>What the session is doing.</summary>
    public ViewerState State { get; init; } = ViewerState.Connecting;

    /// <summary>In the queue, the time until the next attempt to join.</summary>
    public TimeSpan RetryIn { get; init; }

    /// <summary>A recorded channel (it can be sought in) rather than a live one.</summary>
    public bool Recorded { get; init; }

    /// <summary>How far playback is behind the origin's wall clock; null when unknown or recorded.</summary>
    public TimeSpan? LiveLatency { get; init; }

    /// <summary>Where playback is on the channel's timeline; null before the first delivery.</summary>
    public TimeSpan? Position { get; init; }

    /// <summary>The length of a recorded channel as far as known; null for a live one.</summary>
    public TimeSpan? Length { get; init; }

    /// <summary>Media that is at hand ahead of the playhead.</summary>
    public TimeSpan Buffered { get; init; }

    /// <summary>Chunk payload received from the origin, in bytes.</summary>
    public long OriginBytes { get; init; }

    /// <summary>Chunk payload received from neighbors, in bytes.</summary>
    public long NeighborBytes { get; init; }

    /// <summary>Chunk payload sent to neighbors, in bytes.</summary>
    public long UploadedBytes { get; init; }

    /// <summary>Neighbors connected now.</summary>
    public int Neighbors { get; init; }

    /// <summary>How often playback waited for a chunk that was past its deadline.</summary>
    public int Stalls { get; init; }

    /// <summary>How long it waited altogether.</summary>
    public TimeSpan StallTime { get; init; }

    /// <summary>Chunks whose hash was wrong: none of them was played.</summary>
    public long CorruptChunks { get; init; }

    /// <summary>The tracker is connected: new neighbors can be found.</summary>
    public bool TrackerConnected { get; init; }

    /// <summary>The upload limit in bits per second; <see cref="long.MaxValue"/> is no limit.</summary>
    public long UploadLimit { get; init; } = long.MaxValue;

    /// <summary>Offload ratio: neighbor bytes over all media bytes; 0 when nothing has come.</summary>
    public double OffloadRatio => OriginBytes + NeighborBytes == 0 ? 0 : (double)NeighborBytes / (OriginBytes + NeighborBytes);
}
