using System.Collections.Immutable;
using Peercast.Protocol.Chunks;
using Peercast.Protocol.Primitives;
using Peercast.Protocol.Wire;

namespace Peercast.Protocol.Swarm;

/// <summary>
/// One peer's part in the swarm of one rendition: what to take from whom and when, what to give, when to deliver. A
/// state machine without I/O, clock or locks: the driver calls it with the time and carries out what
/// <see cref="Drain"/> hands over. <c>now</c> is monotonic time since any fixed moment of the driver's. No method
/// throws on bytes from the network. Not thread-safe. DESIGN.md beside this file tells how the parts fit together.
/// </summary>
public sealed class SwarmSession
{
    private readonly SwarmParts _parts;
    private readonly SwarmContext _context;
    private bool _hasLeft;

    /// <summary>Makes a session that does nothing until <see cref="Start"/>.</summary>
    /// <param name="options">Validated here.</param>
    /// <param name="verifier">Of the channel and rendition; not disposed by the session.</param>
    /// <param name="random">The only source of chance: the same seed and the same calls give the same decisions.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public SwarmSession(SwarmOptions options, IContentVerifier verifier, Random random)
    {
        options.Validate();
        _parts = new SwarmParts(options, verifier, random);
        _context = _parts.Context;
    }

    /// <summary>When <see cref="Tick"/> is next due; in the past: at once.</summary>
    public TimeSpan NextDeadline { get; private set; } = TimeSpan.MaxValue;

    /// <summary>Where playback stands.</summary>
    public PlaybackState State => _context.Playhead.State;

    /// <summary>The next chunk to be delivered.</summary>
    public ChunkId NextToDeliver => _context.Playhead.Next;

    /// <summary>The newest chunk that a verified batch names; -1 before the first.</summary>
    public ChunkId LiveEdge => _context.Ledger.LiveEdge;

    /// <summary>Begins with a segment's first chunk. The driver then hands over what the origin gave with the join.</summary>
    public void Start(TimeSpan now, ChunkId first)
    {
        _parts.JumpTo(now, first);
        Step(now);
    }

    /// <summary>Says what the origin's wall clock shows now: the reference for live latency.</summary>
    /// <param name="now">The time.</param>
    /// <param name="originUnixMs">Unix time in milliseconds by the origin's clock.</param>
    public void SetOriginClock(TimeSpan now, long originUnixMs) => _parts.Latency.SetOriginClock(now, originUnixMs);

    /// <summary>The tracker's welcome; again after each reconnect to it.</summary>
    public void Join(TimeSpan now, PeerId me)
    {
        _context.Me = me;
        _parts.Seeds.Rejoined();
        _parts.Keeper.Touch();
        Step(now);
    }

    /// <summary>Stops the playout clock. Chunks are still fetched, given and delivered.</summary>
    public void Pause(TimeSpan now)
    {
        _context.Playhead.Pause(now);
        Step(now);
    }

    /// <summary>Goes on after <see cref="Pause"/>.</summary>
    public void Resume(TimeSpan now)
    {
        _context.Playhead.Resume(now);
        Step(now);
    }

    /// <summary>Plays on from another segment; what is held within the window stays.</summary>
    /// <param name="now">The time.</param>
    /// <param name="segmentStart">The first chunk of a segment.</param>
    public void Seek(TimeSpan now, ChunkId segmentStart)
    {
        _parts.JumpTo(now, segmentStart);
        Step(now);
    }

    /// <summary>Sets how much may be given to neighbors.</summary>
    /// <param name="now">The time.</param>
    /// <param name="bitsPerSecond">0: nothing; <see cref="long.MaxValue"/>: no limit.</param>
    public void SetUploadLimit(TimeSpan now, long bitsPerSecond)
    {
        _parts.Uploads.SetLimit(now, bitsPerSecond);
        Step(now);
    }

    /// <summary>The origin's choice of seeds changed.</summary>
    /// <param name="now">The time.</param>
    /// <param name="version">Grows with each change; an older one is ignored until the next <see cref="Join"/>.</param>
    /// <param name="copies">How many seeds fetch each chunk.</param>
    /// <param name="seeds">The set; empty: no duty.</param>
    public void SetSeeds(TimeSpan now, long version, int copies, ImmutableArray<(PeerId Peer, double Weight)> seeds)
    {
        _parts.Seeds.Set(version, copies, seeds);
        Step(now);
    }

    /// <summary>Hands over a manifest batch from the origin, asked for or not.</summary>
    /// <returns><see langword="false"/>: malformed, of another channel, or not signed by its key.</returns>
    public bool AddOriginBatch(TimeSpan now, ReadOnlySpan<byte> encoded)
    {
        bool isRight = _parts.Batches.AddFromOrigin(now, encoded);
        Step(now);
        return isRight;
    }

    /// <summary>Hands over a chunk from the origin, asked for or not.</summary>
    /// <param name="now">The time.</param>
    /// <param name="id">The chunk.</param>
    /// <param name="bytes">Kept by the session: must not change any more.</param>
    /// <returns><see langword="false"/>: no batch names it, or its hash is wrong.</returns>
    public bool AddOriginChunk(TimeSpan now, ChunkId id, ReadOnlyMemory<byte> bytes)
    {
        bool isRight = _parts.Intake.AddFromOrigin(now, id, bytes);
        _parts.Requests.Overtaken(id);
        Step(now);
        return isRight;
    }

    /// <summary>
    /// The origin's reply to a join has begun or has ended. While it lasts the session does not ask the origin for
    /// the first second of media: it is on its way.
    /// </summary>
    public void SetJoining(TimeSpan now, bool isJoining)
    {
        _parts.Fetcher.IsJoining = isJoining;
        _parts.Downloads.Touch(now);
        Step(now);
    }

    /// <summary>A fetch of chunks ended.</summary>
    public void OriginFetchEnded(TimeSpan now, int request, OriginFetchResult result)
    {
        _parts.Fetcher.Ended(now, request, result);
        _parts.Downloads.Touch(now);
        Step(now);
    }

    /// <summary>The fetch of batches ended.</summary>
    public void OriginBatchesEnded(TimeSpan now, OriginFetchResult result)
    {
        _parts.Batches.PollEnded(now, result);
        Step(now);
    }

    /// <summary>Candidate peers to connect to.</summary>
    public void CandidatePeers(TimeSpan now, ReadOnlySpan<(PeerId Peer, int UplinkKbps)> peers)
    {
        foreach ((PeerId peer, int uplinkKbps) in peers)
        {
            _parts.Keeper.AddCandidate(peer, uplinkKbps);
        }

        _parts.Keeper.Touch();

        Step(now);
    }

    /// <summary>Asked before an offer is answered: whether there is room for the peer and nothing against it.</summary>
    public bool AcceptsNeighbor(PeerId peer) => !_hasLeft && _parts.Keeper.Accepts(peer);

    /// <summary>The driver answered the peer's offer: a place is held until it is connected or has failed.</summary>
    public void NeighborConnecting(TimeSpan now, PeerId peer)
    {
        _parts.Keeper.Connecting(now, peer);
        Step(now);
    }

    /// <summary>Both data channels to a peer are open.</summary>
    /// <param name="now">The time.</param>
    /// <param name="neighbor">The driver's name for the connection.</param>
    /// <param name="peer">Who it is, by the signaling.</param>
    /// <param name="weOffered">Whether this side made the offer.</param>
    public void NeighborConnected(TimeSpan now, NeighborId neighbor, PeerId peer, bool weOffered)
    {
        if (_hasLeft)
        {
            _context.Outbox.Disconnect(neighbor, DisconnectReason.Leaving);
            return;
        }

        if (_parts.Keeper.Connected(now, neighbor, peer, weOffered) is { } added)
        {
            _parts.Announcer.SendHandshake(added, _context.Me!.Value);
        }

        Step(now);
    }

    /// <summary>A connection is gone.</summary>
    public void NeighborClosed(TimeSpan now, NeighborId neighbor)
    {
        if (_context.Neighbors.Find(neighbor) is { } known)
        {
            _context.Remove(now, known);
        }

        Step(now);
    }

    /// <summary>The way to a neighbor is lost and another is looked for: its silence is no reason to drop it for a while.</summary>
    public void NeighborRestarting(TimeSpan now, NeighborId neighbor)
    {
        if (_context.Neighbors.Find(neighbor) is { } known)
        {
            known.RestartsUntil = now + LivenessWatch.RestartTime;
        }

        Step(now);
    }

    /// <summary>An attempt to connect failed, whoever began it.</summary>
    public void ConnectFailed(TimeSpan now, PeerId peer)
    {
        _parts.Keeper.ConnectFailed(now, peer);
        Step(now);
    }

    /// <summary>A message arrived.</summary>
    /// <param name="now">The time.</param>
    /// <param name="neighbor">From whom; one that the session has dropped is ignored.</param>
    /// <param name="onDataChannel">On the data channel rather than on the control channel.</param>
    /// <param name="message">One whole message; not kept.</param>
    public void Receive(TimeSpan now, NeighborId neighbor, bool onDataChannel, ReadOnlySpan<byte> message)
    {
        if (_context.Neighbors.Find(neighbor) is { } known)
        {
            _parts.Dispatcher.Receive(now, known, onDataChannel, message);
            Step(now);
        }
    }

    /// <summary>A fragment arrived over a transport that carries chunks by reference within one process.</summary>
    /// <param name="now">The time.</param>
    /// <param name="neighbor">From whom; one that the session has dropped is ignored.</param>
    /// <param name="fragment">As <see cref="ISwarmSink.SendFragment"/> was given it at the other end; the chunk is kept.</param>
    public void Receive(TimeSpan now, NeighborId neighbor, in DataFragment fragment)
    {
        if (_context.Neighbors.Find(neighbor) is { } known)
        {
            _parts.Dispatcher.Receive(now, known, fragment);
            Step(now);
        }
    }

    /// <summary>What the data channel's send buffer holds, to be told after each drain that sent data and whenever it falls.</summary>
    /// <param name="now">The time.</param>
    /// <param name="neighbor">Whose.</param>
    /// <param name="bufferedBytes">What it holds now.</param>
    public void DataBufferChanged(TimeSpan now, NeighborId neighbor, long bufferedBytes)
    {
        if (_context.Neighbors.Find(neighbor) is { } known)
        {
            _parts.Uploads.BufferChanged(now, known, bufferedBytes);
            Step(now);
        }
    }

    /// <summary>
    /// Sends a signaling message to a peer through a common neighbor: for peers learned from neighbors, or with the
    /// tracker gone. It arrives, or not, as <see cref="ISwarmSink.RelayedSignal"/>.
    /// </summary>
    /// <returns><see langword="false"/>: no neighbor is known to be connected to the peer, or the message exceeds 12 KiB.</returns>
    public bool TryRelaySignal(TimeSpan now, PeerId to, ReadOnlySpan<byte> message) => !_hasLeft && _parts.Exchange.TryRelay(to, message);

    /// <summary>Does what is due.</summary>
    public void Tick(TimeSpan now) => Step(now);

    /// <summary>Hands the decided commands to the driver, in order.</summary>
    public void Drain(ISwarmSink sink) => _context.Outbox.Drain(sink);

    /// <summary>Ends the session: every connection is closed.</summary>
    public void Leave(TimeSpan now)
    {
        if (!_hasLeft)
        {
            _hasLeft = true;
            _parts.Leave(now);
            NextDeadline = TimeSpan.MaxValue;
        }
    }

    /// <summary>Wall clock at the playhead minus the wall clock in the manifest; <see langword="null"/> before playback or without the origin's clock.</summary>
    public TimeSpan? LiveLatency(TimeSpan now) => _parts.Latency.At(now);

    /// <summary>The figures up to now.</summary>
    public SwarmStatistics GetStatistics(TimeSpan now) => _parts.Snapshot(now);

    private void Step(TimeSpan now)
    {
        if (!_hasLeft)
        {
            NextDeadline = _parts.Step(now);
        }
    }
}
