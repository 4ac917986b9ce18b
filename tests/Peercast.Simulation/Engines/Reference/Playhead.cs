using Peercast.Protocol.Chunks;
using Peercast.Protocol.Primitives;
using Peercast.Protocol.Swarm;

namespace Peercast.Simulation.Engines.Reference;

/// <summary>
/// Playback by the production engine's rules, so that its figures mean the same: it begins with the first whole part,
/// waits where a chunk is missing at its deadline, and after too long a wait goes on where it should be.
/// </summary>
internal sealed class Playhead(SwarmOptions options, ChunkShelf shelf, Tally tally)
{
    private TimeSpan _startedAt;
    private TimeSpan _stalledSince;
    private TimeSpan _stallTime;
    private TimeSpan _anchor;
    private MediaTime _position;
    private MediaTime _deliveredEnd;
    private bool _hasTime;

    /// <summary>Called with each chunk to play.</summary>
    public event Action<KnownChunk>? Delivered;

    /// <summary>Called with chunks that are passed over.</summary>
    public event Action<ChunkRange>? Skipped;

    public PlaybackState State { get; private set; } = PlaybackState.Idle;

    /// <summary>The next chunk to play.</summary>
    public ChunkId Next { get; private set; }

    public TimeSpan? TimeToFirstDelivery { get; private set; }

    /// <summary>When <see cref="Advance"/> is due if nothing arrives.</summary>
    public TimeSpan Due => State == PlaybackState.Playing ? _anchor + (ReadyUntil() - _position).ToTimeSpan() : TimeSpan.MaxValue;

    /// <summary>Begins, or goes on elsewhere, with a segment's first chunk.</summary>
    public void Start(TimeSpan now, ChunkId first)
    {
        EndStall(now);
        if (TimeToFirstDelivery is null)
        {
            _startedAt = now;
        }

        (Next, _hasTime, State) = (first, false, PlaybackState.Starting);
    }

    /// <summary>Where playback is on the timeline; <see langword="null"/>: not known yet.</summary>
    public MediaTime? PositionAt(TimeSpan now) =>
        !_hasTime ? null
        : State == PlaybackState.Playing ? _position + MediaTime.FromTimeSpan(now - _anchor)
        : _position;

    /// <summary>How long until a point of the timeline is due; waiting does not bring it nearer.</summary>
    public TimeSpan Until(TimeSpan now, MediaTime time) => (time - (PositionAt(now) ?? time)).ToTimeSpan();

    /// <summary>Stall time with the stall under way.</summary>
    public TimeSpan StallTimeAt(TimeSpan now) => _stallTime + (State == PlaybackState.Stalled ? now - _stalledSince : TimeSpan.Zero);

    /// <summary>Plays what is there and moves on.</summary>
    public void Advance(TimeSpan now)
    {
        if (State is PlaybackState.Idle or PlaybackState.Ended)
        {
            return;
        }

        if (State == PlaybackState.Stalled && FindCatchUp() is { } target)
        {
            CatchUp(target);
        }

        Deliver(now);
        if (!_hasTime)
        {
            return;
        }

        MediaTime ready = ReadyUntil(), position = PositionAt(now)!.Value;
        if (State != PlaybackState.Playing)
        {
            if (ready > position)
            {
                EndStall(now);
                (State, _anchor) = (PlaybackState.Playing, now);
            }
        }
        else if (position >= ready)
        {
            _position = ready;
            _stalledSince = now;
            State = shelf.IsComplete && Next == shelf.End ? PlaybackState.Ended : PlaybackState.Stalled;
            tally.Stalls += State == PlaybackState.Stalled ? 1 : 0;
        }
    }

    private void Deliver(TimeSpan now)
    {
        while (shelf.Find(Next) is { } chunk)
        {
            if (!_hasTime)
            {
                (_hasTime, _position, _deliveredEnd) = (true, chunk.Info.PresentationTime, chunk.Info.PresentationTime);
            }

            if (!chunk.IsHeld)
            {
                return;
            }

            TimeToFirstDelivery ??= now - _startedAt;
            tally.ChunksDue++;
            tally.ChunksOnTime += State != PlaybackState.Stalled || chunk.Info.PresentationTime > _position ? 1 : 0;
            Delivered?.Invoke(chunk);
            if ((chunk.Info.Flags & ChunkFlags.EndOfPart) != 0)
            {
                _deliveredEnd = chunk.Info.PresentationTime + chunk.Info.Duration;
            }

            Next = Next.Next;
        }
    }

    private MediaTime ReadyUntil() => shelf.Find(Next)?.Info.PresentationTime ?? _deliveredEnd;

    private void EndStall(TimeSpan now)
    {
        if (State == PlaybackState.Stalled)
        {
            _stallTime += now - _stalledSince;
        }
    }

    /// <summary>Too far behind: the segment where playback should be.</summary>
    private KnownChunk? FindCatchUp()
    {
        if (options.Recorded || shelf.Newest is not { } newest)
        {
            return null;
        }

        MediaTime edge = newest.Info.PresentationTime + newest.Info.Duration;
        if ((edge - ReadyUntil()).ToTimeSpan() <= options.TargetLatency + options.CatchUpAfter)
        {
            return null;
        }

        MediaTime aim = edge - MediaTime.FromTimeSpan(options.TargetLatency);
        ChunkId id = newest.Id;
        while (id > Next && shelf.Find(id) is { } chunk)
        {
            if (chunk.Info.StartsSegment && chunk.Info.PresentationTime <= aim)
            {
                return chunk;
            }

            id = new ChunkId(id.Value - 1);
        }

        return null;
    }

    private void CatchUp(KnownChunk target)
    {
        tally.ChunksDue += target.Id - Next;
        tally.ChunksSkipped += target.Id - Next;
        Skipped?.Invoke(new ChunkRange(Next, new ChunkId(target.Id.Value - 1)));
        (Next, _position, _deliveredEnd) = (target.Id, target.Info.PresentationTime, target.Info.PresentationTime);
    }
}
