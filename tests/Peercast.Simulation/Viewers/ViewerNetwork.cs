using Peercast.Protocol.Primitives;
using Peercast.Protocol.Scheduling;
using Peercast.Protocol.Swarm;
using Peercast.Protocol.Wire;
using Peercast.Simulation.Kernel;
using Peercast.Simulation.Network;

namespace Peercast.Simulation.Viewers;

/// <summary>A viewer's line: what goes to neighbors and what comes from them.</summary>
internal sealed class ViewerNetwork(Viewer viewer, Setting setting, PeerProfile profile, Uplink uplink, ViewerNetwork.SendEvent send)
{
    private readonly Downlink _downlink = new(profile.LineDown);
    private readonly Random _random = new(HashCode32.Of(setting.Seed, viewer.Index, 2));
    private long _bufferedBefore;
    private (ChunkId Chunk, ReadOnlyMemory<byte> Bytes) _changed;

    /// <summary>Sends an event to another actor.</summary>
    public delegate void SendEvent(int to, TimeSpan at, in SimEvent e);

    /// <summary>The line upward.</summary>
    public Uplink Uplink => uplink;

    /// <summary>Puts a message on a connection's control channel.</summary>
    public void SendControl(Connection connection, ReadOnlyMemory<byte> message)
    {
        TimeSpan left = uplink.SendControl(viewer.Now, WireCost.Message(message.Length));
        TimeSpan arrival = left + connection.Delay + LossDelay(connection, message.Length);
        if (arrival < connection.LastControlArrival)
        {
            arrival = connection.LastControlArrival;
        }

        connection.LastControlArrival = arrival;
        send(connection.Actor, arrival, new SimEvent(EventKind.Control, connection.Far.Id.Value, null, message));
    }

    /// <summary>Puts a message in the send buffer of a connection's data channel.</summary>
    public void SendData(Connection connection, DataFragment fragment)
    {
        if (profile.Manners == Manners.Polluter)
        {
            fragment = fragment with { Bytes = Changed(fragment) };
        }

        uplink.Enqueue(viewer.Now, connection.Queue!, fragment);
    }

    /// <summary>The uplink has something to do.</summary>
    /// <returns>The connection whose send buffer has shrunk, if any.</returns>
    public Connection? SendNext()
    {
        bool sent = uplink.Complete(viewer.Now, out SendQueue queue, out DataFragment message);
        if (uplink.IsSending)
        {
            return null;
        }

        uplink.Begin(viewer.Now);
        if (!sent || viewer.Connections.Find(queue.Connection) is not { } connection)
        {
            return null;
        }

        send(
            connection.Actor,
            viewer.Now + connection.Delay + LossDelay(connection, message.MessageLength),
            new SimEvent(connection.Far.Id, message));
        _bufferedBefore = queue.Buffered + message.MessageLength;
        return connection;
    }

    /// <summary>Whether the player's channel would speak up now: the buffer came down to the threshold, or ran empty.</summary>
    public bool CrossedLow(Connection connection, long threshold) =>
        connection.Queue!.Buffered == 0 || (_bufferedBefore > threshold && connection.Queue.Buffered <= threshold);

    /// <summary>A message from a neighbor has come to the line.</summary>
    public void Arrive(in SimEvent e)
    {
        if (viewer.Connections.Find(new NeighborId((int)e.Number)) is not { } connection)
        {
            return;
        }

        if (e.Kind == EventKind.Control)
        {
            viewer.Receive(connection, e.Bytes.Span);
            return;
        }

        DataFragment fragment = e.Fragment;
        if (e.Kind == EventKind.Data)
        {
            uplink.Spend(WireCost.Acknowledgments(fragment.MessageLength));
            TimeSpan through = _downlink.Arrive(viewer.Now, WireCost.Message(fragment.MessageLength));
            if (through > viewer.Now)
            {
                viewer.Schedule(through, e with { Kind = EventKind.DataThroughDownlink });
                return;
            }
        }

        viewer.Receive(connection, fragment);
    }

    /// <summary>A chunk of the origin has come to the line, whose request and acknowledgments go up.</summary>
    /// <returns>When it is through.</returns>
    public TimeSpan ArriveFromOrigin(int bytes)
    {
        uplink.Spend(WireCost.OfOriginChunk(bytes));
        return _downlink.Arrive(viewer.Now, HttpCost.Of(bytes));
    }

    /// <summary>The end of a reply has come to the line.</summary>
    /// <returns>When what came before it is through.</returns>
    public TimeSpan ArriveAtReplyEnd() => _downlink.Arrive(viewer.Now, 0);

    /// <summary>The chunk with a bit changed, the same copy for all its fragments.</summary>
    private ReadOnlyMemory<byte> Changed(in DataFragment fragment)
    {
        if (_changed.Chunk != fragment.Chunk || _changed.Bytes.Length != fragment.Bytes.Length)
        {
            byte[] copy = fragment.Bytes.ToArray();
            copy[^1] ^= 1;
            _changed = (fragment.Chunk, copy);
        }

        return _changed.Bytes;
    }

    /// <summary>A lost packet is noticed and sent again after a round trip.</summary>
    private TimeSpan LossDelay(Connection connection, int bytes)
    {
        double loss = connection.Loss;
        if (loss <= 0)
        {
            return TimeSpan.Zero;
        }

        TimeSpan delay = TimeSpan.Zero;
        double survives = 1;
        for (int i = WireCost.Packets(bytes); i > 0; i--)
        {
            survives *= 1 - loss;
        }

        while (_random.NextDouble() >= survives && delay < TimeSpan.FromSeconds(5))
        {
            delay += (connection.Delay * 2) + TimeSpan.FromMilliseconds(20);
            survives = 1 - loss;
        }

        return delay;
    }
}
