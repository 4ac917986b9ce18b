using System.Collections.Immutable;
using Peercast.Protocol.Chunks;
using Peercast.Protocol.Primitives;
using Peercast.Protocol.Swarm;
using Peercast.Protocol.Wire;

namespace Peercast.Simulation.Engines.Reference;

/// <summary>
/// What the engines to compare with have in common: playback by production's rules, batches by long polls of the
/// origin, neighbors as the tracker names them, downloads and uploads. They give all that the line carries, of which
/// production leaves a fifth to the viewer, and know nothing of seeds.
/// </summary>
internal sealed class ReferenceEngine : IViewerEngine
{
    private static readonly TimeSpan Housekeeping = TimeSpan.FromMilliseconds(100);

    private readonly EngineParts _parts;
    private readonly IReferenceRules _rules;
    private TimeSpan _nextHousekeeping;
    private bool _hasLeft;

    public ReferenceEngine(SwarmOptions options, IContentVerifier verifier, Random random, Func<EngineParts, IReferenceRules> rules)
    {
        _parts = new EngineParts(options, verifier, random);
        _rules = rules(_parts);
    }

    public TimeSpan NextDeadline { get; private set; } = TimeSpan.MaxValue;

    public PlaybackState State => _parts.Playhead.State;

    public void Start(TimeSpan now, ChunkId first)
    {
        _parts.Shelf.Begin(first);
        _parts.Origin.Started(now, first);
        _parts.Playhead.Start(now, first);
        _nextHousekeeping = now;
        Step(now);
    }

    public void Seek(TimeSpan now, ChunkId segmentStart) => Start(now, segmentStart);

    public void SetOriginClock(TimeSpan now, long originUnixMs)
    {
        // Nothing here goes by the clock on the wall.
    }

    public void AddOriginBatch(TimeSpan now, ReadOnlySpan<byte> encoded)
    {
        if (_parts.Verifier.TryVerify(encoded) is { } signed && _parts.Shelf.Add(signed, now))
        {
            _parts.Playhead.Advance(now);
            _rules.Listed(now);
            Step(now);
        }
    }

    public void AddOriginChunk(TimeSpan now, ChunkId id, ReadOnlyMemory<byte> bytes)
    {
        if (_parts.Shelf.Find(id) is not { } chunk)
        {
            return;
        }

        if (chunk.IsReceived)
        {
            _parts.Tally.DuplicateBytes += bytes.Length;
            _parts.Tally.OriginDuplicateBytes += bytes.Length;
            return;
        }

        _parts.Tally.CountOrigin(chunk.Cause, bytes.Length);
        chunk.Bytes = bytes;
        MoveOn(now, chunk);
    }

    public void SetJoining(TimeSpan now, bool isJoining)
    {
        // What comes with the reply to the join is known by its time, see OriginLink.
    }

    public void OriginFetchEnded(TimeSpan now, int request, OriginFetchResult result)
    {
        _rules.FetchEnded(now, request);
        Step(now);
    }

    public void OriginBatchesEnded(TimeSpan now, OriginFetchResult result)
    {
        _parts.Origin.PollEnded(now, result);
        Step(now);
    }

    public void Join(TimeSpan now, PeerId me)
    {
        _parts.Peers.Me = me;
        Step(now);
    }

    public void CandidatePeers(TimeSpan now, ReadOnlySpan<(PeerId Peer, int UplinkKbps)> peers)
    {
        foreach ((PeerId peer, _) in peers)
        {
            _parts.Peers.AddCandidate(peer);
        }
    }

    public void SetSeeds(TimeSpan now, long version, int copies, ImmutableArray<(PeerId Peer, double Weight)> seeds)
    {
        // Seeds are production's.
    }

    public bool AcceptsNeighbor(PeerId peer) => !_hasLeft && _parts.Peers.Accepts(peer);

    public void NeighborConnecting(TimeSpan now, PeerId peer) => _parts.Peers.Connecting(now, peer);

    public void NeighborConnected(TimeSpan now, NeighborId neighbor, PeerId peer, bool weOffered)
    {
        _parts.Tally.Connected++;
        _rules.Connected(_parts.Peers.Connected(neighbor, peer));
        Step(now);
    }

    public void NeighborClosed(TimeSpan now, NeighborId neighbor)
    {
        if (_parts.Peers.Find(neighbor) is { } known)
        {
            _parts.Forget(now, known);
            Step(now);
        }
    }

    public void ConnectFailed(TimeSpan now, PeerId peer) => _parts.Tally.ConnectionsFailed += _parts.Peers.Failed(peer) ? 1 : 0;

    public void Receive(TimeSpan now, NeighborId neighbor, ReadOnlySpan<byte> message)
    {
        _parts.Tally.ControlBytesReceived += message.Length;
        if (_parts.Peers.Find(neighbor) is not { } known)
        {
            return;
        }

        switch ((ReferenceMessageKind)message[0])
        {
            case ReferenceMessageKind.Request:
                _parts.Exchange.Serve(known, ReferenceMessage.ReadRequest(message), ReferenceMessage.ReadRange(message));
                break;
            case ReferenceMessageKind.Cancel:
                known.StopUploads((uint)ReferenceMessage.ReadNumber(message));
                break;
            case ReferenceMessageKind.Absent:
                uint request = (uint)ReferenceMessage.ReadNumber(message);
                if (known.Downloads.Find(d => d.Request == request) is { } absent)
                {
                    _parts.Tally.RequestsRejected++;
                    _parts.Exchange.End(now, absent);
                    _rules.Refused(now, absent);
                }

                break;
            default:
                _rules.Heard(now, known, message);
                break;
        }

        Step(now);
    }

    public void Receive(TimeSpan now, NeighborId neighbor, in DataFragment fragment)
    {
        if (_parts.Peers.Find(neighbor) is { } known && _parts.Exchange.Receive(now, known, fragment) is { } download)
        {
            if (download.IsComplete)
            {
                known.TimeOuts = 0;
                _rules.Finished(now, download);
                _parts.Exchange.End(now, download);
            }

            Take(now, known, fragment.Chunk, fragment.Bytes);
        }

        Step(now);
    }

    public void DataBufferChanged(TimeSpan now, NeighborId neighbor, long bufferedBytes)
    {
        if (_parts.Peers.Find(neighbor) is { } known)
        {
            known.Buffered = bufferedBytes;
            _parts.Exchange.Pump(known);
        }
    }

    public void Tick(TimeSpan now)
    {
        if (now >= _nextHousekeeping && State != PlaybackState.Idle)
        {
            _nextHousekeeping = now + Housekeeping;
            _parts.Peers.Tick(
                now,
                peer => _parts.Do(sink => sink.Connect(peer)),
                (count, exclude) => _parts.Do(sink => sink.WantPeers(count, exclude)));
            _rules.KeepHouse(now);
            DropOld(now);
        }

        Step(now);
    }

    public void Drain(ISwarmSink sink) => _parts.Drain(sink);

    public void Leave(TimeSpan now) => _hasLeft = true;

    public SwarmStatistics GetStatistics(TimeSpan now) => _parts.Tally.Snapshot() with
    {
        State = State,
        StallTime = _parts.Playhead.StallTimeAt(now),
        Position = _parts.Playhead.PositionAt(now),
        TimeToFirstDelivery = _parts.Playhead.TimeToFirstDelivery,
        Neighbors = _parts.Peers.Neighbors.Count,
        NextToDeliver = _parts.Playhead.Next,
        LiveEdge = new ChunkId(_parts.Shelf.End.Value - 1),
    };

    private void Take(TimeSpan now, ReferenceNeighbor from, ChunkId id, ReadOnlyMemory<byte> bytes)
    {
        if (_parts.Shelf.Find(id) is not { IsReceived: false } chunk)
        {
            _parts.Tally.DuplicateBytes += bytes.Length;
        }
        else if (_rules.Accepts(now, from, chunk, bytes))
        {
            _parts.Tally.NeighborBytes += bytes.Length;
            _parts.Tally.ChunksReceived++;
            chunk.Bytes = bytes;
            MoveOn(now, chunk);
        }
    }

    private void DropOld(TimeSpan now)
    {
        if (_parts.Options.Recorded || _parts.Playhead.PositionAt(now) is not { } position)
        {
            return;
        }

        MediaTime oldest = position - MediaTime.FromTimeSpan(_rules.Kept);
        ChunkId first = _parts.Shelf.First;
        while (first < _parts.Playhead.Next && _parts.Shelf.Find(first) is { } chunk && chunk.Info.PresentationTime + chunk.Info.Duration < oldest)
        {
            first = first.Next;
        }

        if (first > _parts.Shelf.First && _parts.Shelf.Find(first) is { } kept)
        {
            _parts.Shelf.DropBefore(first);
            _rules.Dropped(kept);
        }
    }

    private void MoveOn(TimeSpan now, KnownChunk chunk)
    {
        _rules.Received(now, chunk);
        _parts.Playhead.Advance(now);
        Step(now);
    }

    private void Step(TimeSpan now)
    {
        if (_hasLeft || State == PlaybackState.Idle)
        {
            return;
        }

        if (now >= _parts.Playhead.Due)
        {
            _parts.Playhead.Advance(now);
        }

        _parts.Origin.Poll(now);
        NextDeadline = _parts.Playhead.Due < _nextHousekeeping ? _parts.Playhead.Due : _nextHousekeeping;
    }
}
