using Peercast.Protocol.Scheduling;
using Peercast.Protocol.Swarm;
using Peercast.Protocol.Wire;

namespace Peercast.Simulation.Network;

/// <summary>
/// A viewer's line upward: one serializer shared by all connections. Data messages wait in their connection's send
/// buffer and take turns, connection by connection; control messages are small and go between the packets of data.
/// </summary>
internal sealed class Uplink(long bitsPerSecond)
{
    private readonly double _ticksPerByte = TimeSpan.TicksPerSecond * 8.0 / Math.Max(1, bitsPerSecond);
    private readonly List<SendQueue> _turns = [];
    private SendQueue? _current;
    private TimeSpan _controlFree;
    private TimeSpan _stolen;

    /// <summary>When <see cref="Complete"/> or <see cref="Begin"/> is due; <see cref="TimeSpan.MaxValue"/>: nothing waits.</summary>
    public TimeSpan Due { get; private set; } = TimeSpan.MaxValue;

    /// <summary>Bytes sent on the line so far.</summary>
    public long SentBytes { get; private set; }

    /// <summary>Whether a data message is being sent.</summary>
    public bool IsSending => _current is not null;

    /// <summary>Sends a control message.</summary>
    /// <param name="now">The time.</param>
    /// <param name="wireBytes">With headers.</param>
    /// <returns>When its last byte has left.</returns>
    public TimeSpan SendControl(TimeSpan now, int wireBytes)
    {
        SentBytes += wireBytes;
        TimeSpan own = Duration(wireBytes);

        // On average half a packet of data is on the line already.
        TimeSpan begun = _current is null ? now : now + Duration((WireCost.PacketPayload + WireCost.PacketOverhead) / 2);
        _controlFree = (_controlFree > begun ? _controlFree : begun) + own;
        _stolen += own;
        return _controlFree;
    }

    /// <summary>Takes room on the line for something whose time of sending does not matter, such as acknowledgments.</summary>
    public void Spend(int wireBytes)
    {
        SentBytes += wireBytes;
        _stolen += Duration(wireBytes);
    }

    /// <summary>Puts a data message in its connection's send buffer.</summary>
    public void Enqueue(TimeSpan now, SendQueue queue, in DataFragment message)
    {
        if (queue.Waiting.Count == 0 && queue != _current)
        {
            _turns.Add(queue);
        }

        queue.Waiting.Enqueue(message);
        queue.Buffered += message.MessageLength;
        if (_current is null)
        {
            Begin(now);
        }
    }

    /// <summary>The connection is gone, and what waited in it.</summary>
    public void Remove(TimeSpan now, SendQueue queue)
    {
        _turns.Remove(queue);
        queue.Waiting.Clear();
        queue.Buffered = 0;
        if (_current is null)
        {
            Begin(now);
        }
    }

    /// <summary>Starts the next data message if one can start now.</summary>
    public void Begin(TimeSpan now)
    {
        Due = TimeSpan.MaxValue;
        for (int i = 0; i < _turns.Count; i++)
        {
            SendQueue queue = _turns[i];
            if (queue.NotBefore > now)
            {
                Due = queue.NotBefore < Due ? queue.NotBefore : Due;
                continue;
            }

            _turns.RemoveAt(i);
            _current = queue;
            int wire = WireCost.Message(queue.Waiting.Peek().MessageLength);
            TimeSpan start = _controlFree > now ? _controlFree : now;
            _stolen = TimeSpan.Zero;
            queue.Begun = start;
            Due = start + Duration(wire);
            return;
        }
    }

    /// <summary>The data message under way has left, unless control messages took its time.</summary>
    /// <param name="now">The time, which is <see cref="Due"/>.</param>
    /// <param name="queue">Its connection.</param>
    /// <param name="message">The message.</param>
    /// <returns><see langword="false"/>: not yet, or there was none.</returns>
    public bool Complete(TimeSpan now, out SendQueue queue, out DataFragment message)
    {
        (queue, message) = (_current!, default);
        if (_current is null)
        {
            return false;
        }

        if (_stolen > TimeSpan.Zero)
        {
            Due = now + _stolen;
            _stolen = TimeSpan.Zero;
            return false;
        }

        _current = null;
        if (!queue.Waiting.TryDequeue(out message))
        {
            // Its connection was closed under way.
            return false;
        }

        int wire = WireCost.Message(message.MessageLength);
        SentBytes += wire;
        queue.Buffered -= message.MessageLength;
        queue.NotBefore = queue.Begun + TimeSpan.FromTicks((long)(wire * 8.0 * TimeSpan.TicksPerSecond / queue.RateLimit));
        if (queue.Waiting.Count > 0)
        {
            _turns.Add(queue);
        }

        return true;
    }

    private TimeSpan Duration(int bytes) => new((long)(bytes * _ticksPerByte));
}

/// <summary>The send buffer of one connection's data channel.</summary>
/// <param name="connection">Whose.</param>
/// <param name="rateLimit">What its congestion control gets out of the path, in bits per second.</param>
internal sealed class SendQueue(NeighborId connection, double rateLimit)
{
    /// <summary>The viewer's name for the connection.</summary>
    public NeighborId Connection { get; } = connection;

    /// <summary>What it carries at most, in bits per second.</summary>
    public double RateLimit { get; } = rateLimit;

    /// <summary>Messages not yet sent whole.</summary>
    public Queue<DataFragment> Waiting { get; } = [];

    /// <summary>Their bytes.</summary>
    public long Buffered { get; set; }

    /// <summary>When its next message may start.</summary>
    public TimeSpan NotBefore { get; set; }

    /// <summary>When the message under way was started.</summary>
    public TimeSpan Begun { get; set; }
}
