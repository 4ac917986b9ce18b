using Peercast.Protocol.Primitives;

namespace Peercast.Protocol.Swarm;

/// <summary>
/// Maps presentation times to the session's time. Frozen it stays at one position, and deadlines move on with the
/// session's time: before the start, in a stall, in a pause.
/// </summary>
internal sealed class PlayoutClock
{
    private TimeSpan _anchor;
    private MediaTime _position;

    public bool IsRunning { get; private set; }

    /// <summary>The position: what should be on screen.</summary>
    public MediaTime PositionAt(TimeSpan now) =>
        IsRunning ? _position + MediaTime.FromTimeSpan(now - _anchor) : _position;

    /// <summary>When <paramref name="time"/> is due, if the clock runs from now on.</summary>
    public TimeSpan DeadlineOf(TimeSpan now, MediaTime time) =>
        (IsRunning ? _anchor : now) + (time - _position).ToTimeSpan();

    /// <summary>Stands still at <paramref name="position"/>.</summary>
    public void FreezeAt(MediaTime position)
    {
        _position = position;
        IsRunning = false;
    }

    /// <summary>Stands still where it is.</summary>
    public void Freeze(TimeSpan now) => FreezeAt(PositionAt(now));

    /// <summary>Goes on from where it stands.</summary>
    public void Run(TimeSpan now)
    {
        if (!IsRunning)
        {
            _anchor = now;
            IsRunning = true;
        }
    }
}
