using System.Numerics;

namespace Peercast.WebRtc.Driver;

/// <summary>
/// One thread for all the timers of a factory. A deadline that moves on before it comes costs nothing but the move: the thread
/// is not woken for it. The farther a deadline, the coarser the clock that it is kept by, as in the slots of a timer wheel:
/// those of a thousand connections then fall due together, and the thread wakes once for many.
/// </summary>
internal sealed class DeadlineThread : IDisposable
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    // A deadline may be late by a power of two of milliseconds that is at most this part of the time until then.
    private const int Slack = 8;

    private readonly DeadlineHeap _heap = new();
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

    /// <summary>
    /// Has the target called at a time, or after it by an eighth of the time until then at most, once for each call of this
    /// method. Safe from any thread.
    /// </summary>
    public void Schedule(IDeadlineTarget target, TimeSpan at) => Move(new DeadlineEntry(target), RoundUp(at, _clock.Now));

    /// <summary>Has the entry's target called once, at a time that <see cref="RoundUp"/> gave and no longer at an earlier one. Safe from any thread.</summary>
    public void Move(DeadlineEntry entry, TimeSpan due)
    {
        lock (_gate)
        {
            if (_stopping)
            {
                return;
            }

            _heap.Move(entry, due);
            if (due >= _wakesAt)
            {
                return;
            }

            _wakesAt = due;
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
            _heap.Clear();
        }

        _earlier.Set();
        if (Thread.CurrentThread != _thread)
        {
            _thread.Join(StopTimeout);
        }
    }

    private void Run()
    {
        while (TryTakeDue(out IDeadlineTarget? target, out int wait))
        {
            if (target is not null)
            {
                target.DeadlineReached();
            }
            else
            {
                _earlier.WaitOne(wait);
            }
        }
    }

    /// <summary>The tick of the coarser clock at a time or next after it.</summary>
    public static TimeSpan RoundUp(TimeSpan at, TimeSpan now)
    {
        long slack = (long)(at - now).TotalMilliseconds / Slack;
        if (slack <= 0)
        {
            return at;
        }

        long grain = (1L << BitOperations.Log2((ulong)slack)) * TimeSpan.TicksPerMillisecond;
        return TimeSpan.FromTicks((at.Ticks + grain - 1) / grain * grain);
    }

    private bool TryTakeDue(out IDeadlineTarget? target, out int wait)
    {
        target = null;
        wait = Timeout.Infinite;
        lock (_gate)
        {
            TimeSpan due = TimeSpan.MaxValue;
            if (_heap.First is { } next)
            {
                due = next.Due;
                TimeSpan left = due - _clock.Now;
                if (left <= TimeSpan.Zero)
                {
                    _heap.RemoveFirst();
                    target = next.Target;
                }
                else
                {
                    // Rounded up: woken too early, it would spin for the rest of the millisecond.
                    wait = (int)Math.Min(Math.Ceiling(left.TotalMilliseconds), int.MaxValue);
                }
            }

            _wakesAt = target is not null || wait == Timeout.Infinite ? TimeSpan.MaxValue : due;
            return !_stopping;
        }
    }
}
