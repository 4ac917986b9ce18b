namespace Peercast.WebRtc.Driver;

/// <summary>
/// What a connection has to tell its user, in order. Events are queued under the connection's lock and raised after its
/// release, by one thread at a time: a handler may call anything, and two handlers never run at once.
/// </summary>
/// <param name="maxWeight">The weight of waiting events above which <see cref="Drain"/> waits for the thread that raises them.</param>
internal sealed class EventQueue(long maxWeight)
{
    private readonly object _gate = new();
    private readonly Queue<(Action Raise, long Weight)> _queue = new();
    private long _weight;
    private bool _raising;

    /// <summary>Whether something waits to be raised, and no thread is about to come to it.</summary>
    public bool NeedsRaiser
    {
        get
        {
            lock (_gate)
            {
                return _queue.Count > 0 && !_raising;
            }
        }
    }

    /// <summary>Queues an event.</summary>
    /// <param name="raise">Raises it.</param>
    /// <param name="weight">The bytes that it holds until it is raised.</param>
    public void Post(Action raise, long weight = 0)
    {
        lock (_gate)
        {
            _queue.Enqueue((raise, weight));
            _weight += weight;
        }
    }

    /// <summary>
    /// Raises what waits, unless another thread is at it. Call it without any lock and only from a thread of the driver:
    /// when handlers are slower than the network, it holds the thread that receives, so that the peer's window closes.
    /// </summary>
    public void Drain()
    {
        lock (_gate)
        {
            while (_raising && _weight > maxWeight)
            {
                Monitor.Wait(_gate);
            }

            if (_raising)
            {
                return;
            }

            _raising = true;
        }

        long raised = 0;
        try
        {
            while (TryTake(ref raised, out Action? raise))
            {
                raise!();
            }
        }
        catch
        {
            EndRaising(raised);
            throw;
        }
    }

    private bool TryTake(ref long raised, out Action? raise)
    {
        lock (_gate)
        {
            _weight -= raised;
            if (!_queue.TryDequeue(out (Action Raise, long Weight) next))
            {
                raise = null;
                _raising = false;
                Monitor.PulseAll(_gate);
                return false;
            }

            if (raised > 0 && _weight <= maxWeight)
            {
                Monitor.PulseAll(_gate);
            }

            (raise, raised) = next;
            return true;
        }
    }

    private void EndRaising(long raised)
    {
        lock (_gate)
        {
            _weight -= raised;
            _raising = false;
            Monitor.PulseAll(_gate);
        }
    }
}
