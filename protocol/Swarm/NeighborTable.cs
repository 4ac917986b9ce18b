using System.Numerics;
using Peercast.Protocol.Primitives;
using Peercast.Protocol.Scheduling;

namespace Peercast.Protocol.Swarm;

/// <summary>
/// The connected neighbors by slot, id and peer. Sets of neighbors are bits of a 64-bit word by slot, so that who holds
/// a chunk and who can be asked meet in one AND.
/// </summary>
internal sealed class NeighborTable
{
    /// <summary>Slots that exist; more than the most neighbors that options allow.</summary>
    public const int Slots = 64;

    private readonly Neighbor?[] _bySlot = new Neighbor?[Slots];
    private readonly SupplierState[] _suppliers = new SupplierState[Slots];
    private readonly Dictionary<NeighborId, Neighbor> _byId = [];
    private readonly Dictionary<PeerId, Neighbor> _byPeer = [];
    private ulong _used;

    /// <summary>Neighbors that have taken part in the handshake, as bits.</summary>
    public ulong Ready { get; private set; }

    /// <summary>How many are connected.</summary>
    public int Count => _byId.Count;

    /// <summary>How many have taken part in the handshake.</summary>
    public int ReadyCount => BitOperations.PopCount(Ready);

    /// <summary>Whether each neighbor can be asked and how soon it serves, by slot.</summary>
    public Span<SupplierState> Suppliers => _suppliers;

    /// <summary>The neighbor in a slot that is in use.</summary>
    public Neighbor this[int slot] => _bySlot[slot]!;

    public Neighbor? Find(NeighborId id) => _byId.GetValueOrDefault(id);

    public Neighbor? Find(PeerId peer) => _byPeer.GetValueOrDefault(peer);

    /// <summary>Adds a connection to a peer that has none; there is always a slot as long as options are kept.</summary>
    public Neighbor? Add(NeighborId id, PeerId peer, bool weOffered, TimeSpan now)
    {
        int slot = BitOperations.TrailingZeroCount(~_used);
        if (slot >= Slots || _byId.ContainsKey(id) || _byPeer.ContainsKey(peer))
        {
            return null;
        }

        var neighbor = new Neighbor(id, peer, slot, weOffered, now);
        _used |= neighbor.Bit;
        _bySlot[slot] = neighbor;
        _suppliers[slot] = new SupplierState { ServiceSeconds = ServiceEstimate.Initial };
        _byId.Add(id, neighbor);
        _byPeer.Add(peer, neighbor);
        return neighbor;
    }

    public void MarkReady(Neighbor neighbor)
    {
        neighbor.IsReady = true;
        Ready |= neighbor.Bit;
    }

    public void Remove(Neighbor neighbor)
    {
        neighbor.IsGone = true;
        _used &= ~neighbor.Bit;
        Ready &= ~neighbor.Bit;
        _bySlot[neighbor.Slot] = null;
        _byId.Remove(neighbor.Id);
        _byPeer.Remove(neighbor.Peer);
    }

    /// <summary>All connected, in order of their slots. Removing the current one meanwhile is allowed.</summary>
    public SlotEnumerable All => new(this, _used);

    /// <summary>Those that take part, in order of their slots.</summary>
    public SlotEnumerable AllReady => new(this, Ready);

    /// <summary>Those of a set of slots, in order of these.</summary>
    public SlotEnumerable Of(ulong slots) => new(this, slots);

    /// <summary>Enumerates the neighbors of a set of slots without allocating.</summary>
    public readonly struct SlotEnumerable(NeighborTable table, ulong slots)
    {
        public Enumerator GetEnumerator() => new(table, slots);
    }

    /// <summary>See <see cref="SlotEnumerable"/>.</summary>
    public struct Enumerator(NeighborTable table, ulong rest)
    {
        private ulong _rest = rest;

        public Neighbor Current { get; private set; } = null!;

        public bool MoveNext()
        {
            while (_rest != 0)
            {
                int slot = BitOperations.TrailingZeroCount(_rest);
                _rest &= _rest - 1;
                if (table._bySlot[slot] is { } neighbor)
                {
                    Current = neighbor;
                    return true;
                }
            }

            return false;
        }
    }
}
