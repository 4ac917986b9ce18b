using System.Runtime.InteropServices;
using Peercast.Protocol.Primitives;
using Peercast.Protocol.Scheduling;

namespace Peercast.Protocol.Swarm;

/// <summary>
/// Peers that are known and not connected. Bounded; a peer that could not be reached rests before it is tried again, and
/// gives way to one that was not tried.
/// </summary>
internal sealed class CandidateBook(Random random)
{
    private const int Capacity = 256;
    private static readonly TimeSpan FirstRest = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(5);

    // Sorted, so that choosing by chance depends on the seed alone.
    private readonly SortedDictionary<PeerId, Entry> _entries = [];
    private readonly List<NeighborChoice.Candidate> _ready = [];

    public int Count => _entries.Count;

    /// <summary>Notes a peer; what was remembered about it stays.</summary>
    public void Add(PeerId peer, int uplinkKbps)
    {
        if (_entries.TryGetValue(peer, out Entry entry) || _entries.Count < Capacity || TryDropFailing())
        {
            _entries[peer] = entry with { UplinkKbps = uplinkKbps > 0 ? uplinkKbps : entry.UplinkKbps };
        }
    }

    /// <summary>Forgets a peer.</summary>
    public void Remove(PeerId peer) => _entries.Remove(peer);

    /// <summary>An attempt failed: the peer rests, longer each time, and is forgotten after several.</summary>
    public void Failed(TimeSpan now, PeerId peer)
    {
        if (!_entries.TryGetValue(peer, out Entry entry))
        {
            return;
        }

        TimeSpan rest = FirstRest * (1 << Math.Min(entry.Failures, 6));
        if (entry.Failures >= 4)
        {
            _entries.Remove(peer);
            return;
        }

        _entries[peer] = entry with { Failures = entry.Failures + 1, NotBefore = now + (rest < LongestRest ? rest : LongestRest) };
    }

    /// <summary>A peer was let go on purpose: it rests, so that another gets the place.</summary>
    public void Rest(TimeSpan now, PeerId peer, TimeSpan rest)
    {
        if (_entries.TryGetValue(peer, out Entry entry))
        {
            _entries[peer] = entry with { NotBefore = now + rest };
        }
    }

    /// <summary>A connection was made.</summary>
    public void Reached(PeerId peer)
    {
        if (_entries.TryGetValue(peer, out Entry entry))
        {
            _entries[peer] = entry with { Failures = 0 };
        }
    }

    /// <summary>How many could be tried now whose last attempt, if any, did not fail.</summary>
    public int CountFresh(TimeSpan now, Func<PeerId, bool> isExcluded)
    {
        int fresh = 0;
        foreach ((PeerId peer, Entry entry) in _entries)
        {
            fresh += entry.Failures == 0 && entry.NotBefore <= now && !isExcluded(peer) ? 1 : 0;
        }

        return fresh;
    }

    /// <summary>Chooses the next peer to connect to, of those that failed least; <see langword="null"/>: none can be tried now.</summary>
    public PeerId? Choose(TimeSpan now, Func<PeerId, bool> isExcluded)
    {
        Collect(now, isExcluded);
        return _ready.Count == 0 ? null : _ready[NeighborChoice.Connect(CollectionsMarshal.AsSpan(_ready), random)].Peer;
    }

    /// <summary>The uplink of a peer as far as known.</summary>
    public int UplinkOf(PeerId peer) => _entries.GetValueOrDefault(peer).UplinkKbps;

    /// <summary>In a large swarm, peers that refuse or cannot be reached would fill the book and keep out those not tried yet.</summary>
    private bool TryDropFailing()
    {
        (PeerId peer, Entry entry) = _entries.MaxBy(pair => (pair.Value.Failures, pair.Value.NotBefore));
        return entry.Failures > 0 && _entries.Remove(peer);
    }

    private void Collect(TimeSpan now, Func<PeerId, bool> isExcluded)
    {
        _ready.Clear();
        int leastFailures = int.MaxValue;
        foreach ((PeerId peer, Entry entry) in _entries)
        {
            if (entry.Failures <= leastFailures && entry.NotBefore <= now && !isExcluded(peer))
            {
                if (entry.Failures < leastFailures)
                {
                    leastFailures = entry.Failures;
                    _ready.Clear();
                }

                _ready.Add(new NeighborChoice.Candidate(peer, entry.UplinkKbps));
            }
        }
    }

    private readonly record struct Entry(int UplinkKbps, int Failures, TimeSpan NotBefore);
}
