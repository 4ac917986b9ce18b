namespace Peercast.WebRtc.Driver;

/// <summary>
/// What a connection has to tell its user, in order. Events are queued under the connection's lock and raised after its
/// release, by one thread at a time: a handler may call anything, and two handlers never run at once.
/// </summary>
/// <param name="maxWeight">The weight of waiting events from which on <see cref="IsFull"/>.</param>
internal sealed class EventQueue(long maxWeight)
{
    private readonly Lock _gate = new();
    private readonly Queue<(Action Raise, long Weight)> _queue = new();
    private long _weight;
    private bool _raising;

    /// <summary>
    /// Whether the handlers are far behind. The owner then drops what the peer sends, as a full socket would: the peer's
    /// congestion control slows down, and the other connections are served meanwhile.
    /// </summary>
    public bool IsFull
    {
        get
        {
            lock (_gate)
            {
                return _weight >= maxWeight;
            }
        }
    }

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
    /// <param name="weight">The bytes that it holds until it has been raised.</param>
    public void Post(Action raise, long weight = 0)
    {
        lock (_gate)
        {
            _queue.Enqueue((raise, weight));
            _weight += weight;
        }
    }

    /// <summary>
    /// Raises what waits, unless another thread is at it. Call it without any lock. An exception of a handler passes
    /// through; call again for the rest.
    /// </summary>
    public void Drain()
    {
        lock (_gate)
        {
            if (_raising)
            {
                return;
            }

            _raising = true;
        }

        while (TryTake(out Action? raise, out long weight))
        {
            bool raised = false;
            try
            {
                raise!();
                raised = true;
            }
            finally
            {
                Raised(weight, goesOn: raised);
            }
        }
    }

    private bool TryTake(out Action? raise, out long weight)
    {
        lock (_gate)
        {
            _raising = _queue.TryDequeue(out (Action Raise, long Weight) next);
            (raise, weight) = next;
            return _raising;
        }
    }

    private void Raised(long weight, bool goesOn)
    {
        lock (_gate)
        {
            _weight -= weight;
            _raising = goesOn;
        }
    }
}
