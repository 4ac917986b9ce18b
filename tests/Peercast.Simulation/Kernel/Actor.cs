namespace Peercast.Simulation.Kernel;

/// <summary>
/// Somebody with a state of its own: a viewer, the origin, the tracker. Touches nothing of the others' but by events,
/// so that many can run at once and the outcome is still the same.
/// </summary>
internal abstract class Actor(int index)
{
    private readonly EventQueue _queue = new();

    /// <summary>Its place in the world.</summary>
    public int Index { get; } = index;

    /// <summary>The time of the event at hand.</summary>
    public TimeSpan Now { get; private set; }

    /// <summary>What carries its events to others; set when the world begins to run.</summary>
    public Mailroom? Mail { private get; set; }

    /// <summary>A time of its own, beside the events, that moves about too much to be one; <see cref="TimeSpan.MaxValue"/>: none.</summary>
    protected virtual TimeSpan TimerAt => TimeSpan.MaxValue;

    /// <summary>
    /// Nothing from another actor reaches it sooner than this after it was sent: for so long it can live alone. Does not change.
    /// </summary>
    public virtual TimeSpan ShortestDelay => World.Step;

    /// <summary>It has lived through all that was due before this.</summary>
    public TimeSpan LivedUntil { get; private set; }

    /// <summary>Lives through all that is due before <paramref name="end"/>.</summary>
    public void RunUntil(TimeSpan end)
    {
        LivedUntil = end;
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

    /// <summary>Puts an event of its own in its queue.</summary>
    public void Schedule(TimeSpan at, in SimEvent e) => _queue.Enqueue(at, EventOrder.Of(Now), e);

    /// <summary>Puts an event from another actor in its queue.</summary>
    /// <exception cref="InvalidOperationException">It comes too late: it was faster than <see cref="ShortestDelay"/>.</exception>
    public void Take(in Envelope envelope)
    {
        if (envelope.At < LivedUntil)
        {
            throw new InvalidOperationException($"An event of kind {envelope.Event.Kind} would arrive faster than the shortest delay.");
        }

        _queue.Enqueue(envelope.At, envelope.Order, envelope.Event);
    }

    /// <summary>Sends an event to another actor.</summary>
    protected void Send(int to, TimeSpan at, in SimEvent e) => Mail!.Send(Index, new Envelope(to, at, EventOrder.Of(Now, Index), e));

    /// <summary>Forgets all that would still happen.</summary>
    protected void ForgetEvents() => _queue.Clear();

    /// <summary>An event is due.</summary>
    protected abstract void Handle(in SimEvent e);

    /// <summary><see cref="TimerAt"/> has come.</summary>
    protected virtual void OnTimer()
    {
    }
}
