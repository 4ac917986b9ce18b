namespace Peercast.WebRtc.Driver;

/// <summary>
/// What a thread of the driver does after it has let go of a connection's lock: it raises events, and only when the handlers
/// have returned do the connections send what these have queued. The messages of one handler thus go out together.
/// </summary>
internal sealed class DriverTurn
{
    [ThreadStatic]
    private static DriverTurn? _ofThread;

    private readonly Queue<IPutOffSender> _waiting = new();
    private bool _isRunning;

    /// <summary>Raises what waits, and sends what the handlers have queued, on whichever connections.</summary>
    public static void Raise(EventQueue events)
    {
        DriverTurn turn = _ofThread ??= new DriverTurn();
        if (turn._isRunning)
        {
            // A handler inside a handler: the outer one's end will do.
            events.Drain();
            return;
        }

        turn._isRunning = true;
        try
        {
            events.Drain();
        }
        finally
        {
            turn.End();
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

    private void End()
    {
        try
        {
            // What is sent may raise events, whose handlers may queue more.
            while (_waiting.TryDequeue(out IPutOffSender? connection))
            {
                connection.SendPutOff();
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
    /// <summary>Sends what has been queued, and raises what comes of it.</summary>
    void SendPutOff();
}
