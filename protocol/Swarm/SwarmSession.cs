using System.Collections.Immutable;
using Peercast.Protocol.Chunks;
using Peercast.Protocol.Primitives;

namespace Peercast.Protocol.Swarm;

/// <summary>
/// One peer's part in the swarm of one rendition: what to take from whom and when, what to give, when to deliver. A
/// state machine without I/O, clock or locks: the driver calls it with the time and carries out what
/// <see cref="Drain"/> hands over. <c>now</c> is monotonic time since any fixed moment of the driver's. No method
/// throws on bytes from the network. Not thread-safe.
/// </summary>
public sealed class SwarmSession
{
    private readonly SwarmOptions _options;

    private readonly Outbox _outbox = new();
    private readonly StatisticsCounter _counter = new();
    private readonly ChunkWindow _window;
    private readonly BatchLedger _ledger;
    private readonly Playout _playout;
    private readonly OriginFetcher _fetcher;
    private readonly BatchPoller _poller;
    private long? _originClockOffsetMs;
    private bool _brokeNewBatch;
    private bool _left;
    private TimeSpan _now;

    /// <summary>Makes a session that does nothing until <see cref="Start"/>.</summary>
    /// <param name="options">Validated here.</param>
    /// <param name="verifier">Of the channel and rendition; not disposed by the session.</param>
    /// <param name="random">The only source of chance: the same seed and the same calls give the same decisions.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public SwarmSession(SwarmOptions options, ManifestVerifier verifier, Random random)
    {
        options.Validate();
        _options = options;

        _window = new ChunkWindow(options.WindowChunks);
        _ledger = new BatchLedger(verifier, _window);
        _playout = new Playout(options, _window, _ledger, _outbox, _counter);
        _fetcher = new OriginFetcher(_window, _outbox);
        _poller = new BatchPoller(_outbox);
    }

    /// <summary>When <see cref="Tick"/> is next due; in the past: at once.</summary>
    public TimeSpan NextDeadline { get; private set; } = TimeSpan.MaxValue;

    /// <summary>Where playback stands.</summary>
    public PlaybackState State => _playout.State;

    /// <summary>The next chunk to be delivered.</summary>
    public ChunkId NextToDeliver => _playout.Next;

    /// <summary>The newest chunk that a verified batch names; -1 before the first.</summary>
    public ChunkId LiveEdge => _ledger.LiveEdge;

    /// <summary>Begins with a segment's first chunk. The driver then hands over what the origin gave with the join.</summary>
    public void Start(TimeSpan now, ChunkId first)
    {
        _window.Clear(first);
        _ledger.Restart(first);
        _playout.Start(now, first);
        Tick(now);
    }

    /// <summary>Says what the origin's wall clock shows now: the reference for live latency.</summary>
    /// <param name="now">The time.</param>
    /// <param name="originUnixMs">Unix time in milliseconds by the origin's clock.</param>
    public void SetOriginClock(TimeSpan now, long originUnixMs) =>
        _originClockOffsetMs = originUnixMs - (long)now.TotalMilliseconds;

    /// <summary>The tracker's welcome; again after each reconnect to it.</summary>
    public void Join(TimeSpan now, PeerId me) => Tick(now);

    /// <summary>Stops the playout clock. Chunks are still fetched, given and delivered.</summary>
    public void Pause(TimeSpan now)
    {
        _playout.Pause(now);
        Tick(now);
    }

    /// <summary>Goes on after <see cref="Pause"/>.</summary>
    public void Resume(TimeSpan now)
    {
        _playout.Resume(now);
        Tick(now);
    }

    /// <summary>Plays on from another segment; what is held within the window stays.</summary>
    /// <param name="now">The time.</param>
    /// <param name="segmentStart">The first chunk of a segment.</param>
    public void Seek(TimeSpan now, ChunkId segmentStart)
    {
        _fetcher.CancelAll();
        if (_window.Find(segmentStart) is null)
        {
            _window.Clear(segmentStart);
        }

        _ledger.Restart(segmentStart);
        _playout.Start(now, segmentStart);
        Tick(now);
    }

    /// <summary>Sets how much may be given to neighbors.</summary>
    /// <param name="now">The time.</param>
    /// <param name="bitsPerSecond">0: nothing; <see cref="long.MaxValue"/>: no limit.</param>
    public void SetUploadLimit(TimeSpan now, long bitsPerSecond) => Tick(now);

    /// <summary>The origin's choice of seeds changed.</summary>
    /// <param name="now">The time.</param>
    /// <param name="version">Grows with each change; an older one is ignored.</param>
    /// <param name="copies">How many seeds fetch each chunk.</param>
    /// <param name="seeds">The set; empty: no duty.</param>
    public void SetSeeds(TimeSpan now, long version, int copies, ImmutableArray<(PeerId Peer, double Weight)> seeds) => Tick(now);

    /// <summary>Hands over a manifest batch from the origin, asked for or not.</summary>
    /// <returns><see langword="false"/>: malformed, of another channel, or not signed by its key.</returns>
    public bool AddOriginBatch(TimeSpan now, ReadOnlySpan<byte> encoded)
    {
        BatchVerdict verdict = _ledger.Add(encoded, out _);
        _brokeNewBatch |= verdict == BatchVerdict.Added;
        Tick(now);
        return verdict != BatchVerdict.Wrong;
    }

    /// <summary>Hands over a chunk from the origin, asked for or not.</summary>
    /// <param name="now">The time.</param>
    /// <param name="id">The chunk.</param>
    /// <param name="bytes">Kept by the session: must not change any more.</param>
    /// <returns><see langword="false"/>: no batch names it, or its hash is wrong.</returns>
    public bool AddOriginChunk(TimeSpan now, ChunkId id, ReadOnlyMemory<byte> bytes)
    {
        if (_window.Find(id) is not { Batch: not null } entry
            || entry.Info.Length != bytes.Length
            || Hash256.Of(bytes.Span) != entry.Info.Hash)
        {
            return false;
        }

        if (entry.IsHeld)
        {
            _counter.DuplicateBytes += bytes.Length;
            return true;
        }

        _counter.CountOrigin(entry.OriginCause, bytes.Length);
        _window.Hold(entry, bytes);
        Tick(now);
        return true;
    }

    /// <summary>A fetch of chunks ended.</summary>
    public void OriginFetchEnded(TimeSpan now, int request, OriginFetchResult result)
    {
        _fetcher.Ended(now, request, result);
        Tick(now);
    }

    /// <summary>The fetch of batches ended.</summary>
    public void OriginBatchesEnded(TimeSpan now, OriginFetchResult result)
    {
        _poller.Ended(now, result, _brokeNewBatch);
        _brokeNewBatch = false;
        Tick(now);
    }

    /// <summary>Candidate peers to connect to.</summary>
    public void CandidatePeers(TimeSpan now, ReadOnlySpan<(PeerId Peer, int UplinkKbps)> peers) => Tick(now);

    /// <summary>Asked before an offer is answered: whether there is room for the peer and nothing against it.</summary>
    public bool AcceptsNeighbor(PeerId peer) => !_left && _options.UseNeighbors && _options.MaxNeighbors == int.MaxValue;

    /// <summary>The driver answered the peer's offer: a place is held until it is connected or has failed.</summary>
    public void NeighborConnecting(TimeSpan now, PeerId peer) => Tick(now);

    /// <summary>Both data channels to a peer are open.</summary>
    /// <param name="now">The time.</param>
    /// <param name="neighbor">The driver's name for the connection.</param>
    /// <param name="peer">Who it is, by the signaling.</param>
    /// <param name="weOffered">Whether this side made the offer.</param>
    public void NeighborConnected(TimeSpan now, NeighborId neighbor, PeerId peer, bool weOffered)
    {
        _outbox.Disconnect(neighbor, DisconnectReason.Replaced);
        Tick(now);
    }

    /// <summary>A connection is gone.</summary>
    public void NeighborClosed(TimeSpan now, NeighborId neighbor) => Tick(now);

    /// <summary>An attempt to connect failed, whoever began it.</summary>
    public void ConnectFailed(TimeSpan now, PeerId peer)
    {
        _counter.ConnectionsFailed++;
        Tick(now);
    }

    /// <summary>A message arrived.</summary>
    /// <param name="now">The time.</param>
    /// <param name="neighbor">From whom.</param>
    /// <param name="onDataChannel">On the data channel rather than on the control channel.</param>
    /// <param name="message">One whole message; not kept.</param>
    public void Receive(TimeSpan now, NeighborId neighbor, bool onDataChannel, ReadOnlySpan<byte> message) =>
        _counter.ControlBytesReceived += message.Length;

    /// <summary>The data channel's send buffer changed.</summary>
    /// <param name="now">The time.</param>
    /// <param name="neighbor">Whose.</param>
    /// <param name="bufferedBytes">What it holds now.</param>
    public void DataBufferChanged(TimeSpan now, NeighborId neighbor, long bufferedBytes) => Tick(now);

    /// <summary>Does what is due.</summary>
    public void Tick(TimeSpan now)
    {
        _now = now;
        if (_left || _playout.State == PlaybackState.Idle)
        {
            return;
        }

        _playout.Advance(now);
        if (_ledger.EndOfChannel is not { } end || _ledger.ContiguousEdge < end)
        {
            _poller.Poll(now, _ledger.ContiguousEdge.Next);
        }

        FetchInOrder(now);
        NextDeadline = Earliest(
            _playout.NextDeadline(now),
            _poller.IsPolling ? TimeSpan.MaxValue : _poller.NotBefore,
            _fetcher.BlockedUntil > now ? _fetcher.BlockedUntil : TimeSpan.MaxValue);
    }

    /// <summary>Hands the decided commands to the driver, in order.</summary>
    public void Drain(ISwarmSink sink) => _outbox.Drain(sink);

    /// <summary>Ends the session: every connection is to be closed.</summary>
    public void Leave(TimeSpan now)
    {
        _fetcher.CancelAll();
        _left = true;
        NextDeadline = TimeSpan.MaxValue;
    }

    /// <summary>The figures up to now.</summary>
    public SwarmStatistics GetStatistics(TimeSpan now) => new()
    {
        OriginStartupBytes = _counter.OriginStartupBytes,
        OriginSeedBytes = _counter.OriginSeedBytes,
        OriginFallbackBytes = _counter.OriginFallbackBytes,
        NeighborBytes = _counter.NeighborBytes,
        UploadedBytes = _counter.UploadedBytes,
        DuplicateBytes = _counter.DuplicateBytes,
        ChunksDue = _counter.ChunksDue,
        ChunksOnTime = _counter.ChunksOnTime,
        ChunksSkipped = _counter.ChunksSkipped,
        Stalls = _counter.Stalls,
        StallTime = _playout.StallTimeAt(now),
        Fallbacks = _counter.Fallbacks,
        ConnectionsFailed = _counter.ConnectionsFailed,
        LiveLatency = LiveLatency(now),
        TimeToFirstDelivery = _playout.TimeToFirstDelivery,
        State = _playout.State,
        ChunksReceived = _window.HeldTotal,
        Position = _playout.PositionAt(now),
        Buffered = _playout.BufferedAt(now),
        NextToDeliver = _playout.Next,
        LiveEdge = _ledger.LiveEdge,
    };

    /// <summary>Wall clock at the playhead minus the wall clock in the manifest.</summary>
    public TimeSpan? LiveLatency(TimeSpan now)
    {
        if (_originClockOffsetMs is not { } offset
            || _playout.PositionAt(now) is not { } position
            || _window.Find(new ChunkId(_playout.Next.Value - 1))?.Batch is not { } record)
        {
            return null;
        }

        ManifestBatch batch = record.Signed.Batch;
        var behind = position - batch.Chunks[0].PresentationTime;
        return TimeSpan.FromMilliseconds((long)now.TotalMilliseconds + offset - batch.WallClock) - behind.ToTimeSpan();
    }

    private static TimeSpan Earliest(TimeSpan a, TimeSpan b, TimeSpan c) => a < b ? (a < c ? a : c) : (b < c ? b : c);

    private void FetchInOrder(TimeSpan now)
    {
        for (ChunkId id = _playout.Next; id <= _ledger.ContiguousEdge && _fetcher.CanFetch(now); id = id.Next)
        {
            if (_window.Find(id) is { IsHeld: false, OriginRequest: 0, IsGone: false } entry)
            {
                _fetcher.Want(entry, OriginCause.Startup);
            }
        }

        _fetcher.Flush(now);
        ChunkId keep = new(Math.Max(_window.Start.Value, _playout.Next.Value - 256));
        _window.SlideTo(keep);
    }
}
