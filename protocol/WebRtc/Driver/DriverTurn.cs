namespace Peercast.WebRtc.Driver;

/// <summary>
/// What a thread of the driver does after it has let go of a connection's lock: it raises events, and only when the handlers
/// have returned do the connections send what these have queued. The messages of one handler thus go out together. A thread
/// of the user can take such a turn, too.
/// </summary>
internal sealed class DriverTurn
{
    [ThreadStatic]
    private static DriverTurn? _ofThread;

    private readonly Queue<IPutOffSender> _waiting = new();
    private bool _isRunning;

    /// <summary>Raises what waits, and sends what the handlers have queued, on whichever connections.</summary>
    public static void Raise(EventQueue events) => Run(events, static events => events.Drain(), ofUser: false);

    /// <summary>Runs an action of the user, and sends what it has queued, on whichever connections.</summary>
    public static void Run(Action action) => Run(action, static action => action(), ofUser: true);

    private static void Run<T>(T state, Action<T> action, bool ofUser)
    {
        DriverTurn turn = _ofThread ??= new DriverTurn();
        if (turn._isRunning)
        {
            // A turn inside a turn: the outer one's end will do.
            action(state);
            return;
        }

        turn._isRunning = true;
        try
        {
            action(state);
        }
        finally
        {
            turn.End(ofUser);
        }
    }

    /// <summary>Has a connection send at the end of the turn that this thread is in.</summary>
    /// <returns><see langword="false"/> when it is in none: send now.</returns>
    public static bool TryPutOff(IPutOffSender connection)
    {
        if (_ofThread is not { _isRunning: true } turn)
        {
            return false;
        }

        // A handful of neighbors: a look at each is cheaper than a set.
        if (!turn._waiting.Contains(connection))
        {
            turn._waiting.Enqueue(connection);
        }

        return true;
    }

    private void End(bool ofUser)
    {
        try
        {
            // What is sent may raise events, whose handlers may queue more.
            while (_waiting.TryDequeue(out IPutOffSender? connection))
            {
                connection.SendPutOff(ofUser);
            }
        }
        finally
        {
            _isRunning = false;
        }
    }
}

/// <summary>What sends at the end of a turn.</summary>
internal interface IPutOffSender
{
    /// <summary>Sends what has been queued.</summary>
    /// <param name="ofUser">The thread is the user's: the events that come of it are left to the driver.</param>
    void SendPutOff(bool ofUser);
}
