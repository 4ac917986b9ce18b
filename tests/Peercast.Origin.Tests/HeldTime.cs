namespace Peercast.Origin.Tests;

/// <summary>
/// A clock that stands still but between <see cref="Release"/> and <see cref="Hold"/>, where it runs as the system's does: what a
/// test does while it stands takes no time, however slow the machine is. Timers are the system's.
/// </summary>
internal sealed class HeldTime : TimeProvider
{
    private readonly Lock _gate = new();
    private long _passed;
    private long? _running;

    public override long GetTimestamp()
    {
        lock (_gate)
        {
            return _passed + (_running is { } since ? System.GetTimestamp() - since : 0);
        }
    }

    /// <summary>Lets it run on from where it stands.</summary>
    public void Release()
    {
        lock (_gate)
        {
            _running ??= System.GetTimestamp();
        }
    }

    /// <summary>Stops it where it is.</summary>
    public void Hold()
    {
        lock (_gate)
        {
            _passed = GetTimestamp();
            _running = null;
        }
    }
}
