namespace Peercast.WebRtc.Driver;

/// <summary>
/// Has the events of a connection raised by the driver's timer thread when they came of a call by its user: raised inside
/// that call, they would run under whatever locks the user holds.
/// </summary>
internal sealed class EventRaiser : IDeadlineTarget
{
    private readonly DriverHost _host;
    private readonly EventQueue _events;
    private readonly DeadlineEntry _entry;
    private int _scheduled;

    public EventRaiser(DriverHost host, EventQueue events)
    {
        _host = host;
        _events = events;
        _entry = new DeadlineEntry(this);
    }

    /// <summary>Makes sure that waiting events are raised.</summary>
    public void RaiseSoon()
    {
        if (_events.NeedsRaiser && Interlocked.Exchange(ref _scheduled, 1) == 0)
        {
            _host.Deadlines.Move(_entry, _host.Clock.Now);
        }
    }

    public void DeadlineReached()
    {
        Volatile.Write(ref _scheduled, 0);
        DriverTurn.Raise(_events);
    }
}
