namespace Peercast.Player.Session;

/// <summary>
/// Calls the driver of a swarm when its deadline has come, from a thread of its own: by way of the timer queue and the pool,
/// each of the dozens of calls in a second would wake two threads, and a deadline that moves on would wake one.
/// </summary>
internal sealed class SwarmTimer : IDisposable
{
    /// <summary>In milliseconds: a deadline that is always in the past must not take the processor.</summary>
    private const int ShortestWait = 1;

    private const int LongestWait = 60_000;

    private readonly Lock _gate = new();
    private readonly AutoResetEvent _earlier = new(initialState: false);
    private readonly Func<TimeSpan> _now;
    private readonly Action _due;
    private TimeSpan _at = TimeSpan.MaxValue;
    private TimeSpan _wakesAt = TimeSpan.MaxValue;
    private bool _stopping;

    /// <summary>Starts the thread.</summary>
    /// <param name="now">The clock of the deadlines.</param>
    /// <param name="due">Called when one has come; sets the next.</param>
    public SwarmTimer(Func<TimeSpan> now, Action due)
    {
        _now = now;
        _due = due;
        new Thread(Run) { IsBackground = true, Name = "Swarm timer" }.Start();
    }

    /// <summary>Moves the deadline; <see cref="TimeSpan.MaxValue"/>: there is none.</summary>
    public void Set(TimeSpan at)
    {
        lock (_gate)
        {
            _at = at;
            if (at >= _wakesAt)
            {
                // Woken early, the thread finds out by itself.
                return;
            }

            _wakesAt = at;
        }

        _earlier.Set();
    }

    /// <summary>Ends the thread; a call under way ends by itself.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _stopping = true;
        }

        _earlier.Set();
    }

    private void Run()
    {
        while (TryGetWait(out int wait))
        {
            if (!_earlier.WaitOne(wait))
            {
                RunDue();
            }
        }
    }

    /// <summary>How long until the deadline.</summary>
    /// <returns><see langword="false"/> at the end.</returns>
    private bool TryGetWait(out int wait)
    {
        lock (_gate)
        {
            _wakesAt = _at;
            // Rounded up: woken too early, it would spin for the rest of the millisecond.
            wait = (int)Math.Clamp(Math.Ceiling((_at - _now()).TotalMilliseconds), ShortestWait, LongestWait);
            return !_stopping;
        }
    }

    private void RunDue()
    {
        lock (_gate)
        {
            if (_stopping || _at > _now())
            {
                return;
            }

            _at = TimeSpan.MaxValue;
            _wakesAt = TimeSpan.MinValue;
        }

        _due();
    }
}
