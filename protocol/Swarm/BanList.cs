using Peercast.Protocol.Primitives;

namespace Peercast.Protocol.Swarm;

/// <summary>Peers that sent corrupt data. Bounded: the oldest ban makes room for the newest.</summary>
internal sealed class BanList
{
    private const int Capacity = 4096;

    private readonly HashSet<PeerId> _peers = [];
    private readonly Queue<PeerId> _order = new();

    /// <summary>How many peers were ever banned.</summary>
    public int Total { get; private set; }

    public bool Contains(PeerId peer) => _peers.Contains(peer);

    public void Add(PeerId peer)
    {
        if (!_peers.Add(peer))
        {
            return;
        }

        Total++;
        _order.Enqueue(peer);
        if (_order.Count > Capacity)
        {
            _peers.Remove(_order.Dequeue());
        }
    }
}
