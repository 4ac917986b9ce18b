using Peercast.Protocol.Primitives;

namespace Peercast.Protocol.Swarm;

/// <summary>
/// The playhead of a peer that does not play: it runs behind the live edge at the target latency, so that chunks are
/// as urgent to it as to a viewer, delivers nothing and waits for nothing.
/// </summary>
internal sealed class LiveFollower(SwarmOptions options, ChunkWindow window, BatchLedger ledger) : IPlayhead
{
    private readonly PlayoutClock _clock = new();
    private bool _hasTime;

    public PlaybackState State { get; private set; } = PlaybackState.Idle;

    public ChunkId Next { get; private set; }

    public TimeSpan? TimeToFirstDelivery => null;

    public void Start(TimeSpan now, ChunkId first)
    {
        Next = first;
        _hasTime = false;
        State = PlaybackState.Starting;
    }

    public void JumpOver(TimeSpan now, ChunkId first) => Start(now, first);

    public void Pause(TimeSpan now)
    {
        // There is nothing to pause.
    }

    public void Resume(TimeSpan now)
    {
        // There is nothing to resume.
    }

    public TimeSpan DeadlineOf(TimeSpan now, ChunkEntry entry) =>
        _hasTime ? _clock.DeadlineOf(now, entry.Info.PresentationTime) : now;

    public MediaTime? PositionAt(TimeSpan now) => _hasTime ? _clock.PositionAt(now) : null;

    public TimeSpan BufferedAt(TimeSpan now) => TimeSpan.Zero;

    public TimeSpan NextDeadline(TimeSpan now) => TimeSpan.MaxValue;

    public TimeSpan StallTimeAt(TimeSpan now) => TimeSpan.Zero;

    public void Advance(TimeSpan now)
    {
        if (State == PlaybackState.Idle || window.Find(ledger.LiveEdge) is not { Batch: not null } newest)
        {
            return;
        }

        MediaTime aim = newest.Info.PresentationTime + newest.Info.Duration - MediaTime.FromTimeSpan(options.TargetLatency);
        if (!_hasTime || aim > _clock.PositionAt(now))
        {
            // The clock never goes back: a source that pauses leaves the position where it is.
            _hasTime = true;
            _clock.FreezeAt(aim);
            State = PlaybackState.Playing;
        }

        while (Next <= ledger.LiveEdge
            && window.Find(Next) is { } entry
            && (entry.IsHeld || (entry.Batch is not null && entry.Info.PresentationTime < aim)))
        {
            Next = Next.Next;
        }
    }
}
