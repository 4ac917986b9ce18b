namespace Peercast.WebRtc.Driver;

/// <summary>
/// When a connection is called by the timer thread: at one time, which moves with every packet, and with most of them by less
/// than the thread's clock shows. Called under the connection's lock.
/// </summary>
/// <param name="deadlines">The thread.</param>
/// <param name="connection">Who is called.</param>
internal sealed class ConnectionTimer(DeadlineThread deadlines, IDeadlineTarget connection)
{
    private readonly DeadlineEntry _entry = new(connection);
    private TimeSpan? _at;
    private TimeSpan _due;

    /// <summary>The thread has called: it will not again until it is told to.</summary>
    public void Reached() => _at = null;

    /// <summary>Has the thread call then and not before.</summary>
    public void Schedule(TimeSpan now, TimeSpan at)
    {
        if (at == _at)
        {
            return;
        }

        TimeSpan due = DeadlineThread.RoundUp(at, now);
        if (_at is null || due != _due)
        {
            deadlines.Move(_entry, due);
        }

        (_at, _due) = (at, due);
    }
}
