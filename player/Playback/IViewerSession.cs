namespace Peercast.Player.Playback;

/// <summary>One viewer of one channel, as seen by playback and its controls. Members may be called from any thread.</summary>
internal interface IViewerSession : IAsyncDisposable
{
    /// <summary>
    /// Joins the channel and feeds the <see cref="IMediaOutput"/>. Returns when <paramref name="ct"/> is canceled (without
    /// throwing), or when a recorded channel has been delivered to its end and nothing more is wanted of the session.
    /// </summary>
    /// <exception cref="PlayerException">The channel cannot be watched: the message says why and what to do.</exception>
    Task RunAsync(CancellationToken ct);

    /// <summary>What the viewer sees on screen now; cheap, never null, valid before and after <see cref="RunAsync"/>.</summary>
    ViewerSnapshot Snapshot { get; }

    /// <summary>Stops the playout clock.</summary>
    void Pause();

    /// <summary>Lets the playout clock run again.</summary>
    void Resume();

    /// <summary>The most to give to neighbors, in bits per second; 0 gives nothing, <see cref="long.MaxValue"/> is no limit.</summary>
    void SetUploadLimit(long bitsPerSecond);

    /// <summary>
    /// Moves playback of a recorded channel, to the start of the segment at that time, clamped to the channel. Does
    /// nothing in a live channel.
    /// </summary>
    Task SeekAsync(TimeSpan by);
}

/// <summary>Makes the session of a command; the composition root supplies it.</summary>
internal delegate IViewerSession ViewerSessionFactory(ViewerRequest request, IMediaOutput output);

/// <summary>What to watch and how, as the command line said it.</summary>
internal sealed record ViewerRequest
{
    /// <summary>The watch link as typed, <c>http://host:port/watch/NAME#k=FINGERPRINT</c>; the session checks it.</summary>
    public required string Link { get; init; }

    /// <summary>The rendition's name; null takes the channel's first.</summary>
    public string? Rendition { get; init; }

    /// <summary>How far behind the live edge to play; null takes the channel's own target.</summary>
    public TimeSpan? Latency { get; init; }

    /// <summary>The most to give to neighbors, in bits per second; 0 gives nothing, <see cref="long.MaxValue"/> is no limit.</summary>
    public long UploadLimit { get; init; } = long.MaxValue;

    /// <summary>False: everything from the origin, no neighbors.</summary>
    public bool PeerToPeer { get; init; } = true;

    /// <summary>True: the router is asked to let neighbors in.</summary>
    public bool MapPorts { get; init; }

    /// <summary>False: uploads only, without a playhead.</summary>
    public bool Playback { get; init; } = true;

    /// <summary>Log what happens to standard error.</summary>
    public bool Verbose { get; init; }
}
