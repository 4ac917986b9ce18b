namespace Peercast.Simulation.Kernel;

/// <summary>
/// Somebody with a state of its own: a viewer, the origin, the tracker. Touches nothing of the others' but by events,
/// so that many can run at once and the outcome is still the same.
/// </summary>
internal abstract class Actor(int index)
{
    private readonly EventQueue _queue = new();
    private readonly List<Envelope> _outgoing = [];

    /// <summary>Its place in the world.</summary>
    public int Index { get; } = index;

    /// <summary>The time of the event at hand.</summary>
    public TimeSpan Now { get; private set; }

    /// <summary>When it next has something to do.</summary>
    public TimeSpan Due => _queue.NextAt < TimerAt ? _queue.NextAt : TimerAt;

    /// <summary>What it sent in this step, to be handed out and cleared.</summary>
    public List<Envelope> Outgoing => _outgoing;

    /// <summary>A time of its own, beside the events, that moves about too much to be one; <see cref="TimeSpan.MaxValue"/>: none.</summary>
    protected virtual TimeSpan TimerAt => TimeSpan.MaxValue;

    /// <summary>Lives through all that is due before <paramref name="end"/>.</summary>
    public void RunUntil(TimeSpan end)
    {
        while (true)
        {
            TimeSpan timer = TimerAt;
            TimeSpan next = _queue.NextAt;
            if (timer < next)
            {
                if (timer >= end)
                {
                    return;
                }

                Now = timer > Now ? timer : Now;
                OnTimer();
            }
            else
            {
                if (next >= end)
                {
                    return;
                }

                Now = next > Now ? next : Now;
                Handle(_queue.Dequeue());
            }
        }
    }

    /// <summary>Puts an event of its own, or one from another that has arrived, in its queue.</summary>
    public void Schedule(TimeSpan at, in SimEvent e) => _queue.Enqueue(at, e);

    /// <summary>Sends an event to another actor.</summary>
    protected void Send(int to, TimeSpan at, in SimEvent e) => _outgoing.Add(new Envelope(to, at, e));

    /// <summary>Forgets all that would still happen.</summary>
    protected void ForgetEvents() => _queue.Clear();

    /// <summary>An event is due.</summary>
    protected abstract void Handle(in SimEvent e);

    /// <summary><see cref="TimerAt"/> has come.</summary>
    protected virtual void OnTimer()
    {
    }
}
