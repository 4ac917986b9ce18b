namespace Peercast.Protocol.Swarm;

/// <summary>The knobs of <see cref="SwarmSession"/>. Every time is a duration above zero unless it says otherwise.</summary>
public sealed record SwarmOptions
{
    private readonly int? _maxNeighbors;
    private readonly int? _targetNeighbors;
    private readonly int? _minNeighbors;

    /// <summary>The distance from the live edge that playback aims at. Default: 5 s. Recorded channels ignore it.</summary>
    public TimeSpan TargetLatency { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// <see langword="false"/> for a peer that only helps: it keeps the live window and gives from it, delivers nothing,
    /// and never falls back to the origin. Default: <see langword="true"/>.
    /// </summary>
    public bool Playback { get; init; } = true;

    /// <summary>The channel is a recording: all of it exists already and each viewer has a playhead of his own. Default: <see langword="false"/>.</summary>
    public bool Recorded { get; init; }

    /// <summary>Use neighbors at all; <see langword="false"/>: the origin alone, as a control. Default: <see langword="true"/>.</summary>
    public bool UseNeighbors { get; init; } = true;

    /// <summary>
    /// How much must be deliverable before the playout clock starts; zero (default): the first whole part.
    /// </summary>
    public TimeSpan StartBuffer { get; init; } = TimeSpan.Zero;

    /// <summary>A stall as long as this gives the missing chunk up when nobody, the origin included, has it. Default: 3 s.</summary>
    public TimeSpan SkipAfter { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Live latency further than this beyond <see cref="TargetLatency"/> at the end of a stall makes playback jump to
    /// the segment where it should be; zero: never. Default: 10 s.
    /// </summary>
    public TimeSpan CatchUpAfter { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How far ahead of the playhead a recorded channel is fetched. Default: 60 s.</summary>
    public TimeSpan AheadWindow { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long chunks are kept for neighbors, counted back from the newest one (recorded: from the playhead). Default: 30 s.</summary>
    public TimeSpan StoreDuration { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The most payload kept, in bytes; never less than what is still to be delivered. Default: 64 MiB.</summary>
    public long StoreBytes { get; init; } = 64L << 20;

    /// <summary>
    /// The span of chunk ids looked at, from the oldest kept to the farthest ahead; a power of two, 256 to 65,536. What
    /// lies outside is neither stored nor tracked, whatever a neighbor says. Default: 4,096.
    /// </summary>
    public int WindowChunks { get; init; } = 4096;

    /// <summary>No more neighbors than this are accepted; at most 60. Default: 30; of a recording 55.</summary>
    public int MaxNeighbors
    {
        get => _maxNeighbors ?? (Recorded ? 55 : 30);
        init => _maxNeighbors = value;
    }

    /// <summary>
    /// Connections are sought until there are so many. Default: 20; of a recording 40, since only those who are ahead there hold what
    /// is wanted.
    /// </summary>
    public int TargetNeighbors
    {
        get => _targetNeighbors ?? (Recorded ? 40 : 20);
        init => _targetNeighbors = value;
    }

    /// <summary>With fewer than this, the tracker is asked for more candidate peers often. Default: 12; of a recording 24.</summary>
    public int MinNeighbors
    {
        get => _minNeighbors ?? (Recorded ? 24 : 12);
        init => _minNeighbors = value;
    }

    /// <summary>Connection attempts under way at once. Default: 6.</summary>
    public int ConcurrentConnects { get; init; } = 6;

    /// <summary>U: a chunk due within this is asked for in order of deadline, one due later in order of rarity. Default: 3 s.</summary>
    public TimeSpan UrgentWindow { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// F: a chunk due within this plus the origin's own transfer time, and not expected from a neighbor in time, is
    /// fetched from the origin. Live, no more than 0.15 of <see cref="TargetLatency"/> counts. Default: 1 s.
    /// </summary>
    public TimeSpan FallbackMargin { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// A live chunk due within this that no neighbor holds is taken from the origin by one elected peer of each
    /// neighborhood, before it becomes everybody's fallback; zero: never. No more than 0.4 of <see cref="TargetLatency"/>
    /// counts. Default: 4 s.
    /// </summary>
    public TimeSpan RescueMargin { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>Requests under way at one neighbor; live, what is due within <see cref="UrgentWindow"/> may be one more. Default: 2.</summary>
    public int RequestsPerNeighbor { get; init; } = 2;

    /// <summary>Qmax: a supplier rejects what it would begin to send later than this. Default: 0.8 s.</summary>
    public TimeSpan MaxUploadQueue { get; init; } = TimeSpan.FromSeconds(0.8);

    /// <summary>HAVE messages are no closer together than this. 100 to 250 ms; default: 150 ms.</summary>
    public TimeSpan HaveInterval { get; init; } = TimeSpan.FromMilliseconds(150);

    /// <summary>Shortest wait before a neighbor that rejected is asked again. Default: 0.1 s.</summary>
    public TimeSpan MinRejectBackoff { get; init; } = TimeSpan.FromSeconds(0.1);

    /// <summary>Longest wait before a neighbor that rejected is asked again. Default: 0.4 s.</summary>
    public TimeSpan MaxRejectBackoff { get; init; } = TimeSpan.FromSeconds(0.4);

    /// <summary>A neighbor with an overdue request that has said nothing at all for this long is dropped. Default: 1.5 s.</summary>
    public TimeSpan OverdueSilence { get; init; } = TimeSpan.FromSeconds(1.5);

    /// <summary>A neighbor that has said nothing at all for this long is dropped, requests or not. Default: 10 s.</summary>
    public TimeSpan NeighborSilence { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>One or two of the worst neighbors are replaced this often. Default: 30 s.</summary>
    public TimeSpan ReplaceInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Upload limit in bits per second at the start, for all that goes to neighbors: media, control messages, headers and the
    /// acknowledgments of what comes from them. 0: give nothing; <see cref="long.MaxValue"/> (default): no limit.
    /// </summary>
    public long UploadLimit { get; init; } = long.MaxValue;

    /// <summary>Throws when a value makes no sense, naming it.</summary>
    /// <exception cref="ArgumentException">A value is out of its documented range.</exception>
    public void Validate()
    {
        Require(TargetLatency > TimeSpan.Zero, nameof(TargetLatency));
        Require(StartBuffer >= TimeSpan.Zero, nameof(StartBuffer));
        Require(SkipAfter > TimeSpan.Zero, nameof(SkipAfter));
        Require(CatchUpAfter >= TimeSpan.Zero, nameof(CatchUpAfter));
        Require(AheadWindow > TimeSpan.Zero, nameof(AheadWindow));
        Require(StoreDuration > TimeSpan.Zero, nameof(StoreDuration));
        Require(StoreBytes > 0, nameof(StoreBytes));
        Require(WindowChunks is >= 256 and <= 65536 && int.IsPow2(WindowChunks), nameof(WindowChunks));
        Require(MaxNeighbors is >= 1 and <= 60, nameof(MaxNeighbors));
        Require(TargetNeighbors >= 0 && TargetNeighbors <= MaxNeighbors, nameof(TargetNeighbors));
        Require(MinNeighbors >= 0 && MinNeighbors <= TargetNeighbors, nameof(MinNeighbors));
        Require(ConcurrentConnects is >= 1 and <= 60, nameof(ConcurrentConnects));
        Require(FallbackMargin > TimeSpan.Zero, nameof(FallbackMargin));
        Require(UrgentWindow >= FallbackMargin, nameof(UrgentWindow));
        Require(RescueMargin >= TimeSpan.Zero, nameof(RescueMargin));
        Require(RequestsPerNeighbor is >= 1 and <= 16, nameof(RequestsPerNeighbor));
        Require(MaxUploadQueue > TimeSpan.Zero, nameof(MaxUploadQueue));
        Require(HaveInterval >= TimeSpan.FromMilliseconds(10) && HaveInterval <= TimeSpan.FromSeconds(1), nameof(HaveInterval));
        Require(MinRejectBackoff > TimeSpan.Zero && MaxRejectBackoff >= MinRejectBackoff, nameof(MaxRejectBackoff));
        Require(OverdueSilence > TimeSpan.Zero, nameof(OverdueSilence));
        Require(NeighborSilence >= OverdueSilence, nameof(NeighborSilence));
        Require(ReplaceInterval > TimeSpan.Zero, nameof(ReplaceInterval));
        Require(UploadLimit >= 0, nameof(UploadLimit));
    }

    /// <summary>
    /// <see cref="FallbackMargin"/> as it counts: of a low latency it would leave neighbors too little, when the origin
    /// needs no more time than ever.
    /// </summary>
    internal TimeSpan UsedFallbackMargin => Recorded ? FallbackMargin : Shorter(FallbackMargin, TargetLatency * 0.15);

    /// <summary><see cref="RescueMargin"/> as it counts: a chunk that just appeared needs no rescue.</summary>
    internal TimeSpan UsedRescueMargin => Shorter(RescueMargin, TargetLatency * 0.4);

    private static TimeSpan Shorter(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private static void Require(bool holds, string name)
    {
        if (!holds)
        {
            throw new ArgumentException($"SwarmOptions.{name} is out of its range.", name);
        }
    }
}
