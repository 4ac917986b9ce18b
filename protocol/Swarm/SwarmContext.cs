using Peercast.Protocol.Primitives;
using Peercast.Protocol.Scheduling;

namespace Peercast.Protocol.Swarm;

/// <summary>What the parts of a session share.</summary>
internal sealed class SwarmContext(
    SwarmOptions options, SwarmId swarm, Random random, ChunkWindow window, BatchLedger ledger, IPlayhead playhead, Outbox outbox, StatisticsCounter counter)
{
    public SwarmOptions Options { get; } = options;

    public SwarmId Swarm { get; } = swarm;

    public Random Random { get; } = random;

    public ChunkWindow Window { get; } = window;

    public BatchLedger Ledger { get; } = ledger;

    public IPlayhead Playhead { get; } = playhead;

    public Outbox Outbox { get; } = outbox;

    public StatisticsCounter Counter { get; } = counter;

    public NeighborTable Neighbors { get; } = new();

    /// <summary>Peers never to be connected to again.</summary>
    public BanList Bans { get; } = new();

    /// <summary>A recording: the first chunk that lies too far ahead to be fetched for playback.</summary>
    public ChunkId LookAhead { get; set; }

    /// <summary>This peer; <see langword="null"/> before the tracker's welcome.</summary>
    public PeerId? Me { get; set; }

    /// <summary>Called for each neighbor that is gone, after it left the table.</summary>
    public event Action<TimeSpan, Neighbor>? NeighborRemoved;

    /// <summary>Sends on the control channel.</summary>
    public void Send(Neighbor neighbor, ReadOnlyMemory<byte> message)
    {
        Counter.ControlBytesSent += message.Length;
        Counter.BesidesMediaWireBytes += WireCost.Message(message.Length);
        Outbox.SendControl(neighbor.Id, message);
    }

    /// <summary>Closes a connection and forgets the neighbor.</summary>
    public void Drop(TimeSpan now, Neighbor neighbor, DisconnectReason reason)
    {
        if (!neighbor.IsGone)
        {
            Outbox.Disconnect(neighbor.Id, reason);
            Remove(now, neighbor);
        }
    }

    /// <summary>Closes a connection to a peer that was caught: it is never connected to again.</summary>
    public void Ban(TimeSpan now, Neighbor neighbor)
    {
        Bans.Add(neighbor.Peer);
        Drop(now, neighbor, DisconnectReason.CorruptData);
    }

    /// <summary>Forgets a neighbor whose connection is gone.</summary>
    public void Remove(TimeSpan now, Neighbor neighbor)
    {
        Neighbors.Remove(neighbor);
        Window.ForgetHolder(neighbor.Bit);
        NeighborRemoved?.Invoke(now, neighbor);
    }
}
