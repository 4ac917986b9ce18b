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
        if (_turns.Count == 0)
        {
            return;
        }

        SendQueue queue = _turns[0];
        _turns.RemoveAt(0);
        _current = queue;
        TimeSpan start = _controlFree > now ? _controlFree : now;
        _stolen = TimeSpan.Zero;
        Due = start + Duration(queue.WireBytes(queue.Waiting.Peek()));
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

        SentBytes += queue.WireBytes(message);
        queue.Buffered -= message.MessageLength;
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
/// <param name="loss">Share of its packets that are lost, and take the line's time again.</param>
internal sealed class SendQueue(NeighborId connection, double loss)
{
    /// <summary>The viewer's name for the connection.</summary>
    public NeighborId Connection { get; } = connection;

    /// <summary>Messages not yet sent whole.</summary>
    public Queue<DataFragment> Waiting { get; } = [];

    /// <summary>Their bytes.</summary>
    public long Buffered { get; set; }

    /// <summary>What a message takes on the line, with its headers and what is sent again of it.</summary>
    public int WireBytes(in DataFragment message) => (int)(WireCost.Message(message.MessageLength) / (1 - loss));
}
