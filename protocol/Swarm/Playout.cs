using Peercast.Protocol.Chunks;
using Peercast.Protocol.Primitives;

namespace Peercast.Protocol.Swarm;

/// <summary>
/// Hands chunks over in order as soon as they are contiguous, and runs the clock that says when each is due. A chunk
/// missing at its deadline stops the clock until it is there or is given up.
/// </summary>
internal sealed class Playout(SwarmOptions options, ChunkWindow window, BatchLedger ledger, Outbox outbox, StatisticsCounter counter) : IPlayhead
{
    /// <summary>
    /// Playback neither begins nor goes on behind a gap nearer to the live edge than this share of the target latency: with less,
    /// nobody but the origin would ever be in time. Met at once by all but a channel that has just begun.
    /// </summary>
    private const double NearestStart = 0.6;

    private readonly PlayoutClock _clock = new();
    private TimeSpan _startedAt;
    private TimeSpan _heldSince;
    private TimeSpan _stalledSince;
    private MediaTime _firstTime;
    private MediaTime _deliveredEnd;
    private bool _hasTime;
    private bool _isPaused;

    /// <summary>Where playback stands.</summary>
    public PlaybackState State { get; private set; } = PlaybackState.Idle;

    /// <summary>The next chunk to be delivered.</summary>
    public ChunkId Next { get; private set; }

    /// <summary>From the start to the first delivery.</summary>
    public TimeSpan? TimeToFirstDelivery { get; private set; }

    /// <summary>Begins, or begins anew after a seek, with a segment's first chunk.</summary>
    public void Start(TimeSpan now, ChunkId first)
    {
        if (State == PlaybackState.Stalled)
        {
            counter.StallTime += now - _stalledSince;
        }

        if (TimeToFirstDelivery is null)
        {
            _startedAt = now;
        }

        Next = first;
        _hasTime = false;
        _heldSince = now;
        _clock.Freeze(now);
        if (window.Find(first) is { Batch: not null } known)
        {
            TakeTime(known);
        }

        State = _isPaused ? PlaybackState.Paused : PlaybackState.Starting;
    }

    /// <summary>Goes on with a later segment, because what lies between is lost. A stall lasts until it is there.</summary>
    public void JumpOver(TimeSpan now, ChunkId first)
    {
        outbox.Skip(new ChunkRange(Next, new ChunkId(first.Value - 1)));
        counter.ChunksDue += first - Next;
        counter.ChunksSkipped += first - Next;
        Next = first;
        _hasTime = false;
        _clock.Freeze(now);
        if (State == PlaybackState.Playing)
        {
            State = PlaybackState.Stalled;
            _stalledSince = now;
            counter.Stalls++;
        }
    }

    /// <summary>Stops the clock on the viewer's wish.</summary>
    public void Pause(TimeSpan now)
    {
        _isPaused = true;
        if (State is PlaybackState.Stalled)
        {
            counter.StallTime += now - _stalledSince;
        }

        if (State is not (PlaybackState.Idle or PlaybackState.Ended))
        {
            _clock.Freeze(now);
            State = PlaybackState.Paused;
        }
    }

    /// <summary>Goes on after a pause.</summary>
    public void Resume(TimeSpan now)
    {
        _isPaused = false;
        if (State == PlaybackState.Paused)
        {
            State = PlaybackState.Starting;
            Advance(now);
        }
    }

    /// <summary>When a chunk is due; in the past for one that playback waits for.</summary>
    public TimeSpan DeadlineOf(TimeSpan now, ChunkEntry entry) =>
        _hasTime ? _clock.DeadlineOf(now, entry.Info.PresentationTime) : now;

    /// <summary>The position on the channel's timeline; <see langword="null"/> before the first chunk is known.</summary>
    public MediaTime? PositionAt(TimeSpan now) => _hasTime ? _clock.PositionAt(now) : null;

    /// <summary>Media delivered ahead of the playhead.</summary>
    public TimeSpan BufferedAt(TimeSpan now) =>
        PositionAt(now) is { } position && ReadyUntil() > position ? (ReadyUntil() - position).ToTimeSpan() : TimeSpan.Zero;

    /// <summary>When <see cref="Advance"/> is next due; <see cref="TimeSpan.MaxValue"/>: when something arrives.</summary>
    public TimeSpan NextDeadline(TimeSpan now) => State switch
    {
        PlaybackState.Playing => _clock.DeadlineOf(now, ReadyUntil()),
        PlaybackState.Stalled => _stalledSince + options.SkipAfter > now ? _stalledSince + options.SkipAfter : now + options.SkipAfter,
        _ => TimeSpan.MaxValue,
    };

    /// <summary>Stall time with the stall under way.</summary>
    public TimeSpan StallTimeAt(TimeSpan now) =>
        counter.StallTime + (State == PlaybackState.Stalled ? now - _stalledSince : TimeSpan.Zero);

    /// <summary>Delivers what can be delivered and moves the clock's state on.</summary>
    public void Advance(TimeSpan now)
    {
        if (State is PlaybackState.Idle or PlaybackState.Ended)
        {
            return;
        }

        if (State == PlaybackState.Stalled && FindCatchUp() is { } later)
        {
            SkipTo(now, later);
            return;
        }

        if (State == PlaybackState.Starting && IsTooNearLiveEdge(window.Find(Next), now - _heldSince))
        {
            return;
        }

        Deliver(now);
        if (!_hasTime || State == PlaybackState.Paused)
        {
            return;
        }

        if (State == PlaybackState.Playing)
        {
            StallWhenDry(now);
        }
        else if (HasEnoughToRun(now))
        {
            Run(now);
        }
        else if (State == PlaybackState.Stalled)
        {
            SkipWhenLost(now);
        }
    }

    private void Deliver(TimeSpan now)
    {
        while (window.Find(Next) is { Batch: not null } entry)
        {
            if (!_hasTime)
            {
                TakeTime(entry);
            }

            if (!entry.IsHeld)
            {
                return;
            }

            TimeToFirstDelivery ??= now - _startedAt;
            counter.ChunksDue++;
            if (State != PlaybackState.Stalled || entry.Info.PresentationTime > _clock.PositionAt(now))
            {
                counter.ChunksOnTime++;
            }

            outbox.Deliver(entry);
            if ((entry.Info.Flags & ChunkFlags.EndOfPart) != 0)
            {
                _deliveredEnd = entry.Info.PresentationTime + entry.Info.Duration;
            }

            Next = Next.Next;
        }
    }

    /// <summary>The clock stands at the first chunk from where playback is to run. Until then all are due at once.</summary>
    private void TakeTime(ChunkEntry first)
    {
        _hasTime = true;
        _firstTime = first.Info.PresentationTime;
        _deliveredEnd = _firstTime;
        _clock.FreezeAt(_firstTime);
    }

    /// <summary>Up to where playback can run with what has been delivered.</summary>
    private MediaTime ReadyUntil() =>
        window.Find(Next) is { Batch: not null } next ? next.Info.PresentationTime : _deliveredEnd;

    private bool HasEnoughToRun(TimeSpan now)
    {
        MediaTime ready = ReadyUntil();
        bool atEnd = ledger.EndOfChannel is { } end && Next > end;
        return ready > _clock.PositionAt(now)
            && (State != PlaybackState.Starting || atEnd || (ready - _firstTime).ToTimeSpan() >= options.StartBuffer);
    }

    /// <summary>A channel whose live edge stands still is waited for no longer than the distance that is asked for.</summary>
    private bool IsTooNearLiveEdge(ChunkEntry? first, TimeSpan waited)
    {
        TimeSpan nearest = options.TargetLatency * NearestStart;
        return !options.Recorded
            && waited < nearest
            && first is { Batch: not null }
            && window.Find(ledger.LiveEdge) is { Batch: not null } newest
            && (newest.Info.PresentationTime + newest.Info.Duration - first.Info.PresentationTime).ToTimeSpan() < nearest;
    }

    private void Run(TimeSpan now)
    {
        if (State == PlaybackState.Stalled)
        {
            counter.StallTime += now - _stalledSince;
        }

        State = PlaybackState.Playing;
        _clock.Run(now);
    }

    private void StallWhenDry(TimeSpan now)
    {
        MediaTime ready = ReadyUntil();
        if (_clock.PositionAt(now) < ready)
        {
            return;
        }

        _clock.FreezeAt(ready);
        if (ledger.EndOfChannel is { } end && Next > end)
        {
            State = PlaybackState.Ended;
            return;
        }

        State = PlaybackState.Stalled;
        _stalledSince = now;
        counter.Stalls++;
    }

    private void SkipWhenLost(TimeSpan now)
    {
        bool isGone = window.Find(Next) is { IsGone: true };
        if (!isGone && now - _stalledSince < options.SkipAfter)
        {
            return;
        }

        if (FindBehindLoss() is { } target && !IsTooNearLiveEdge(target, now - _stalledSince))
        {
            SkipTo(now, target);
        }
    }

    /// <summary>
    /// After a stall that put playback too far behind: the segment where it should be. Only from within a stall, when
    /// nothing that was delivered is still to be shown.
    /// </summary>
    private ChunkEntry? FindCatchUp()
    {
        if (options.Recorded
            || options.CatchUpAfter == TimeSpan.Zero
            || !_hasTime
            || window.Find(ledger.LiveEdge) is not { Batch: not null } newest)
        {
            return null;
        }

        MediaTime edge = newest.Info.PresentationTime + newest.Info.Duration;
        if ((edge - ReadyUntil()).ToTimeSpan() <= options.TargetLatency + options.CatchUpAfter)
        {
            return null;
        }

        MediaTime aim = edge - MediaTime.FromTimeSpan(options.TargetLatency);
        for (ChunkId id = ledger.LiveEdge; id > Next; id = new ChunkId(id.Value - 1))
        {
            if (window.Find(id) is { Batch: not null } entry && entry.Info.StartsSegment && entry.Info.PresentationTime <= aim)
            {
                return entry;
            }
        }

        return null;
    }

    /// <summary>Where playback can go on: the first part behind the gap of which all chunks are held.</summary>
    private ChunkEntry? FindBehindLoss()
    {
        ChunkEntry? first = null;
        for (ChunkId id = Next.Next; window.Find(id) is { } entry && id <= ledger.LiveEdge; id = id.Next)
        {
            first = !entry.IsHeld ? null : entry.Info.Offset == 0 ? entry : first;
            if (first is not null && (entry.Info.Flags & ChunkFlags.EndOfPart) != 0)
            {
                return first;
            }
        }

        return null;
    }

    private void SkipTo(TimeSpan now, ChunkEntry target)
    {
        long lost = target.Id - Next;
        outbox.Skip(new ChunkRange(Next, new ChunkId(target.Id.Value - 1)));
        counter.ChunksDue += lost;
        counter.ChunksSkipped += lost;
        Next = target.Id;
        _clock.FreezeAt(target.Info.PresentationTime);
        _deliveredEnd = target.Info.PresentationTime;
        ledger.Restart(Next);
        Deliver(now);
        if (HasEnoughToRun(now))
        {
            Run(now);
        }
    }
}
