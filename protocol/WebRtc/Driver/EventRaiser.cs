namespace Peercast.WebRtc.Driver;

/// <summary>
/// Has the events of a connection raised by the driver's timer thread when they came of a call by its user: raised inside
/// that call, they would run under whatever locks the user holds.
/// </summary>
internal sealed class EventRaiser(DriverHost host, EventQueue events) : IDeadlineTarget
{
    private int _scheduled;

    /// <summary>Makes sure that waiting events are raised.</summary>
    public void RaiseSoon()
    {
        if (events.NeedsRaiser && Interlocked.Exchange(ref _scheduled, 1) == 0)
        {
            host.Deadlines.Schedule(this, host.Clock.Now);
        }
    }

    public void DeadlineReached(TimeSpan at)
    {
        Volatile.Write(ref _scheduled, 0);
        DriverTurn.Raise(events);
    }
}
