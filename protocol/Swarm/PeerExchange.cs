using System.Numerics;
using System.Runtime.InteropServices;
using Peercast.Protocol.Primitives;
using Peercast.Protocol.Wire;

namespace Peercast.Protocol.Swarm;

/// <summary>
/// Neighbors tell each other whom they are connected to, and pass signaling on between peers that have them in common:
/// new connections come about with the tracker gone.
/// </summary>
internal sealed class PeerExchange(SwarmContext context, NeighborKeeper keeper)
{
    private const int PeersPerMessage = 16;

    /// <summary>What one neighbor's word is kept for, more than it can be connected to: whoever names too many only drowns its own.</summary>
    private const int PeersPerNeighbor = 64;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan MinAcceptedInterval = TimeSpan.FromSeconds(10);

    // Which neighbors, as bits, said that they are connected to the peer.
    private readonly Dictionary<PeerId, ulong> _via = [];
    private readonly List<(PeerId Peer, int UplinkKbps)> _entries = [];
    private TimeSpan _next = TimeSpan.FromSeconds(5);

    public void Tick(TimeSpan now)
    {
        if (now < _next)
        {
            return;
        }

        _next = now + Interval;
        if (context.Neighbors.ReadyCount < 2)
        {
            return;
        }

        foreach (Neighbor neighbor in context.Neighbors.AllReady)
        {
            Collect(neighbor);
            context.Send(neighbor, PexMessage.Encode(CollectionsMarshal.AsSpan(_entries)));
        }
    }

    public void Received(TimeSpan now, Neighbor neighbor, in PexMessage message)
    {
        if (now < neighbor.NextPexAccepted)
        {
            return;
        }

        neighbor.NextPexAccepted = now + MinAcceptedInterval;
        for (int i = 0; i < message.Count; i++)
        {
            (PeerId peer, int uplinkKbps) = message.PeerAt(i);
            if (peer != context.Me)
            {
                Note(neighbor, peer);
                keeper.AddCandidate(peer, uplinkKbps);
            }
        }
    }

    /// <summary>Whom a neighbor named counts no more.</summary>
    public void Forget(Neighbor neighbor)
    {
        foreach ((PeerId peer, ulong via) in _via)
        {
            ulong rest = via & ~neighbor.Bit;
            if (rest == 0)
            {
                _via.Remove(peer);
            }
            else
            {
                _via[peer] = rest;
            }
        }
    }

    /// <summary>Sends a signaling message to a peer through a common neighbor.</summary>
    /// <returns><see langword="false"/>: no neighbor is known to be connected to it, or the message is too long.</returns>
    public bool TryRelay(PeerId to, ReadOnlySpan<byte> message)
    {
        ulong via = _via.GetValueOrDefault(to) & context.Neighbors.Ready;
        if (via == 0 || message.Length is 0 or > RelayMessage.MaxPayload)
        {
            return false;
        }

        Neighbor middle = context.Neighbors[BitOperations.TrailingZeroCount(via)];
        context.Send(middle, RelayMessage.Encode(isForwarded: false, to, message));
        return true;
    }

    public void Relayed(TimeSpan now, Neighbor neighbor, in RelayMessage message)
    {
        if (!neighbor.RelayBudget.TryTake(now, 1))
        {
            return;
        }

        if (message.IsForwarded)
        {
            // The answer goes back the same way.
            if (!context.Bans.Contains(message.Peer))
            {
                Note(neighbor, message.Peer);
                context.Outbox.RelayedSignal(message.Peer, message.Payload.ToArray());
            }
        }
        else if (context.Neighbors.Find(message.Peer) is { IsReady: true } target && target != neighbor
            && (target.Capabilities & Capabilities.Relay) != 0)
        {
            context.Send(target, RelayMessage.Encode(isForwarded: true, neighbor.Peer, message.Payload));
        }
    }

    private void Note(Neighbor neighbor, PeerId peer)
    {
        if ((_via.GetValueOrDefault(peer) & neighbor.Bit) != 0)
        {
            return;
        }

        if (_via.Values.Count(via => (via & neighbor.Bit) != 0) >= PeersPerNeighbor)
        {
            Forget(neighbor);
        }

        _via[peer] = _via.GetValueOrDefault(peer) | neighbor.Bit;
    }

    private void Collect(Neighbor receiver)
    {
        _entries.Clear();
        foreach (Neighbor neighbor in context.Neighbors.AllReady)
        {
            if (neighbor != receiver)
            {
                _entries.Add((neighbor.Peer, keeper.UplinkOf(neighbor.Peer)));
            }
        }

        context.Random.Shuffle(CollectionsMarshal.AsSpan(_entries));
        if (_entries.Count > PeersPerMessage)
        {
            _entries.RemoveRange(PeersPerMessage, _entries.Count - PeersPerMessage);
        }
    }
}
