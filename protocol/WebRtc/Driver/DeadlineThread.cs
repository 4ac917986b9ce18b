namespace Peercast.WebRtc.Driver;

/// <summary>
/// One thread for all the timers of a factory: a priority queue of deadlines, from which nothing is taken out before its
/// time. A target that moves its deadline with every packet schedules only an earlier one, and looks again when called.
/// </summary>
internal sealed class DeadlineThread : IDisposable
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly PriorityQueue<IDeadlineTarget, TimeSpan> _queue = new();
    private readonly AutoResetEvent _earlier = new(initialState: false);
    private readonly DriverClock _clock;
    private readonly Thread _thread;
    private TimeSpan _wakesAt = TimeSpan.MaxValue;
    private bool _stopping;

    /// <summary>Starts the thread.</summary>
    public DeadlineThread(DriverClock clock)
    {
        _clock = clock;
        _thread = new Thread(Run) { IsBackground = true, Name = "WebRTC timers" };
        _thread.Start();
    }

    /// <summary>Has the target called at or soon after a time, once for each call of this method. Safe from any thread.</summary>
    public void Schedule(IDeadlineTarget target, TimeSpan at)
    {
        lock (_gate)
        {
            if (_stopping)
            {
                return;
            }

            _queue.Enqueue(target, at);
            if (at >= _wakesAt)
            {
                return;
            }

            _wakesAt = at;
        }

        _earlier.Set();
    }

    /// <summary>Ends the thread; waits for it unless it is the caller, but not for ever: a handler may be waiting for the caller.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_stopping)
            {
                return;
            }

            _stopping = true;
            _queue.Clear();
        }

        _earlier.Set();
        if (Thread.CurrentThread != _thread)
        {
            _thread.Join(StopTimeout);
        }
    }

    private void Run()
    {
        while (TryTakeDue(out IDeadlineTarget? target, out TimeSpan at, out int wait))
        {
            if (target is not null)
            {
                target.DeadlineReached(at);
            }
            else
            {
                _earlier.WaitOne(wait);
            }
        }
    }

    private bool TryTakeDue(out IDeadlineTarget? target, out TimeSpan at, out int wait)
    {
        target = null;
        wait = Timeout.Infinite;
        lock (_gate)
        {
            if (_queue.TryPeek(out IDeadlineTarget? next, out at))
            {
                TimeSpan left = at - _clock.Now;
                if (left <= TimeSpan.Zero)
                {
                    _queue.Dequeue();
                    target = next;
                }
                else
                {
                    // Rounded up: woken too early, it would spin for the rest of the millisecond.
                    wait = (int)Math.Min(Math.Ceiling(left.TotalMilliseconds), int.MaxValue);
                }
            }

            _wakesAt = target is not null || wait == Timeout.Infinite ? TimeSpan.MaxValue : at;
            return !_stopping;
        }
    }
}
