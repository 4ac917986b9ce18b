using Peercast.Protocol.Chunks;
using Peercast.Protocol.Primitives;

namespace Peercast.Protocol.Swarm;

/// <summary>The parts of a session, put together, and the order in which they act.</summary>
internal sealed class SwarmParts
{
    /// <summary>Whatever else happens, time-outs, deadlines and neighbors are looked at this often.</summary>
    private static readonly TimeSpan HousekeepingInterval = TimeSpan.FromMilliseconds(100);

    private readonly Choker _choker;
    private readonly LivenessWatch _liveness;
    private readonly StoreKeeper _store;
    private readonly WindowHerald _herald;
    private TimeSpan _nextHousekeeping;

    public SwarmParts(SwarmOptions options, IContentVerifier verifier, Random random)
    {
        var window = new ChunkWindow(options.WindowChunks);
        var ledger = new BatchLedger(verifier, window);
        var outbox = new Outbox();
        var counter = new StatisticsCounter();
        IPlayhead playhead = options.Playback
            ? new Playout(options, window, ledger, outbox, counter)
            : new LiveFollower(options, window, ledger);
        Context = new SwarmContext(
            options, SwarmId.Derive(verifier.ChannelFingerprint, verifier.Rendition), random, window, ledger, playhead, outbox, counter);
        Latency = new LiveLatency(window, playhead);
        Fetcher = new OriginFetcher(window, outbox);
        Uploads = new UploadScheduler(Context);
        Announcer = new Announcer(Context, Uploads);
        Intake = new ChunkIntake(Context, verifier, Announcer);
        Requests = new RequestBook(Context, Intake);
        Seeds = new SeedRole(Context);
        Downloads = options.Recorded
            ? new RecordedDownloads(Context, Requests, Fetcher, new RecordedDuty(Context, Seeds, Fetcher))
            : new DownloadScheduler(Context, Requests, Fetcher);
        Batches = new BatchSource(Context, new BatchPoller(outbox), Seeds, Announcer);
        Keeper = new NeighborKeeper(Context);
        Exchange = new PeerExchange(Context, Keeper);
        Dispatcher = new MessageDispatcher(Context, Announcer, Batches, Requests, Uploads, Exchange, Downloads);
        _choker = new Choker(Context, Uploads);
        _liveness = new LivenessWatch(Context);
        _store = new StoreKeeper(Context);
        _herald = new WindowHerald(Context, Announcer);
        Context.NeighborRemoved += OnNeighborRemoved;
    }

    public SwarmContext Context { get; }

    public LiveLatency Latency { get; }

    public OriginFetcher Fetcher { get; }

    public Announcer Announcer { get; }

    public ChunkIntake Intake { get; }

    public RequestBook Requests { get; }

    public IDownloadScheduler Downloads { get; }

    public UploadScheduler Uploads { get; }

    public SeedRole Seeds { get; }

    public BatchSource Batches { get; }

    public NeighborKeeper Keeper { get; }

    public PeerExchange Exchange { get; }

    public MessageDispatcher Dispatcher { get; }

    /// <summary>Playback begins or goes on elsewhere; what is held stays where the window still covers it.</summary>
    public void JumpTo(TimeSpan now, ChunkId first)
    {
        MoveWindow(first);
        Fetcher.JoinsFrom = first;
        Context.Playhead.Start(now, first);
        Downloads.Restart(now);
    }

    private void MoveWindow(ChunkId first)
    {
        Fetcher.CancelAll();
        Requests.CancelAll();
        ChunkId farthest = Context.Window.Start + (Context.Options.WindowChunks / 2);
        if (Context.Playhead.State == PlaybackState.Idle || first < Context.Window.Start || first > farthest)
        {
            Announcer.Clear();
            Context.Window.Clear(first);
        }

        Context.Ledger.Restart(first);
    }

    /// <summary>Nothing came for so long that the channel left the window behind: playback goes on where the channel is.</summary>
    private void JumpOver(TimeSpan now, ChunkId first)
    {
        MoveWindow(first);
        Context.Playhead.JumpOver(now, first);
        Downloads.Restart(now);
    }

    /// <summary>Acts on what happened and on the time.</summary>
    /// <returns>When to act again if nothing happens before.</returns>
    public TimeSpan Step(TimeSpan now)
    {
        if (Context.Playhead.State == PlaybackState.Idle)
        {
            return TimeSpan.MaxValue;
        }

        if (now >= _nextHousekeeping)
        {
            _nextHousekeeping = now + HousekeepingInterval;
            KeepHouse(now);
        }

        Keeper.Tick(now);
        if (Intake.HasNews || Batches.HasNews || now >= Context.Playhead.NextDeadline(now))
        {
            Intake.HasNews = false;
            Batches.HasNews = false;
            Context.Playhead.Advance(now);
            Downloads.Touch(now);
        }

        if (Context.Ledger.BeyondWindow is { } ahead && !Context.Options.Recorded)
        {
            JumpOver(now, ahead);
        }

        Batches.Tick(now);
        if (now >= Downloads.Due)
        {
            Downloads.Run(now);
        }

        if (now >= Announcer.Due)
        {
            Announcer.Flush(now);
        }

        Uploads.Pump(now);
        return NextDeadline(now);
    }

    /// <summary>Closes everything.</summary>
    public void Leave(TimeSpan now)
    {
        Fetcher.CancelAll();
        foreach (Neighbor neighbor in Context.Neighbors.All)
        {
            Context.Drop(now, neighbor, DisconnectReason.Leaving);
        }
    }

    /// <summary>The figures up to now.</summary>
    public SwarmStatistics Snapshot(TimeSpan now) => Context.Counter.Snapshot() with
    {
        StallTime = Context.Playhead.StallTimeAt(now),
        Banned = Context.Bans.Total,
        Neighbors = Context.Neighbors.ReadyCount,
        ProvenUplinkKbps = (int)Math.Min(int.MaxValue, Uploads.Uplink.ProvenBytesPerSecond * 8 / 1000),
        LiveLatency = Latency.At(now),
        TimeToFirstDelivery = Context.Playhead.TimeToFirstDelivery,
        State = Context.Playhead.State,
        ChunksReceived = Context.Window.HeldTotal,
        Position = Context.Playhead.PositionAt(now),
        Buffered = Context.Playhead.BufferedAt(now),
        NextToDeliver = Context.Playhead.Next,
        LiveEdge = Context.Ledger.LiveEdge,
    };

    private void KeepHouse(TimeSpan now)
    {
        _liveness.Tick(now);
        Exchange.Tick(now);
        _choker.Tick(now);
        _store.Tick(now);
        _herald.Tick(now);
        Context.Playhead.Advance(now);
        Downloads.Touch(now);
    }

    private void OnNeighborRemoved(TimeSpan now, Neighbor neighbor)
    {
        Requests.NeighborRemoved(neighbor);
        Uploads.NeighborRemoved(now, neighbor);
        Keeper.NeighborRemoved(now, neighbor);
        Exchange.Forget(neighbor);
        Downloads.Touch(now);
    }

    private TimeSpan NextDeadline(TimeSpan now)
    {
        TimeSpan next = _nextHousekeeping;
        next = Earlier(next, Context.Playhead.NextDeadline(now));
        next = Earlier(next, Batches.Due(now));

        // What came too soon after a run of the downloads is met with the next event or by housekeeping: to wake up for it
        // alone would double the wakings.
        next = Earlier(next, Announcer.Due);
        return Earlier(next, Uploads.Due(now));
    }

    private static TimeSpan Earlier(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
