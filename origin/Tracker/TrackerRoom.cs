using Peercast.Protocol.Signaling;

namespace Peercast.Origin.Tracker;

/// <summary>
/// Drives the <see cref="SwarmTracker"/> of one channel: one lock, one timer, and the connections its commands go to.
/// Nothing under the lock waits: messages are put in the queues of the connections.
/// </summary>
internal sealed class TrackerRoom : IDisposable
{
    private readonly Lock _lock = new();
    private readonly SwarmTracker _tracker;
    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly ITimer _timer;
    private readonly Dictionary<long, ITrackerConnection> _connections = [];
    private TimeSpan _timerDue = TimeSpan.MaxValue;
    private long _nextConnection;

    public TrackerRoom(SwarmTracker tracker, TimeProvider time)
    {
        _tracker = tracker;
        _time = time;
        _start = time.GetTimestamp();
        _timer = time.CreateTimer(static room => ((TrackerRoom)room!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>What the viewers reported, and how many are there.</summary>
    public SwarmStatistics Statistics
    {
        get
        {
            lock (_lock)
            {
                return _tracker.Statistics;
            }
        }
    }

    /// <summary>Takes a connection in; the number names it from now on.</summary>
    public long Connect(ITrackerConnection connection)
    {
        lock (_lock)
        {
            _connections.Add(++_nextConnection, connection);
            return _nextConnection;
        }
    }

    /// <summary>A message came; <c>null</c>: bytes that are none.</summary>
    public void Receive(long connection, SignalingMessage? message)
    {
        lock (_lock)
        {
            // After it was told to close, what is still on its way is nothing to answer.
            if (_connections.ContainsKey(connection))
            {
                _tracker.Receive(Now, connection, message);
                Pump();
            }
        }
    }

    /// <summary>A connection ended.</summary>
    public void Disconnect(long connection)
    {
        lock (_lock)
        {
            _connections.Remove(connection);
            _tracker.Disconnected(Now, connection);
            Pump();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private TimeSpan Now => _time.GetElapsedTime(_start);

    private void OnTimer()
    {
        lock (_lock)
        {
            _timerDue = TimeSpan.MaxValue;
            _tracker.Tick(Now);
            Pump();
        }
    }

    private void Pump()
    {
        while (_tracker.TryDrain(out TrackerCommand command))
        {
            if (!_connections.TryGetValue(command.Connection, out ITrackerConnection? connection))
            {
                continue;
            }

            if (command.Message is null)
            {
                _connections.Remove(command.Connection);
                connection.Close();
            }
            else
            {
                connection.Send(command.Message);
            }
        }

        // An empty room needs no clock.
        if (_tracker.Statistics.Viewers > 0 && _tracker.NextDeadline < _timerDue)
        {
            _timerDue = _tracker.NextDeadline;
            TimeSpan wait = _timerDue - Now;
            _timer.Change(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }
}
