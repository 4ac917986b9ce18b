using Peercast.Protocol.Primitives;
using Peercast.Protocol.Swarm;

namespace Peercast.Simulation.Engines.Reference;

/// <summary>
/// Whom a reference engine connects to: whomever the tracker names, at random, as many as production seeks. Nobody is
/// replaced who does not leave.
/// </summary>
internal sealed class PeerBook(SwarmOptions options, Random random)
{
    private static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan ShortestAsk = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestAsk = TimeSpan.FromSeconds(20);
    private const int MostNamed = 64;

    private readonly List<PeerId> _candidates = [];
    private readonly SortedDictionary<PeerId, (TimeSpan Since, bool IsOurs)> _attempts = [];
    private readonly HashSet<PeerId> _banned = [];
    private readonly SortedDictionary<NeighborId, ReferenceNeighbor> _neighbors = [];
    private TimeSpan _nextAsk;
    private TimeSpan _askInterval = ShortestAsk;

    /// <summary>This viewer, by the tracker's word.</summary>
    public PeerId? Me { get; set; }

    /// <summary>The connected ones, in the order of their coming.</summary>
    public IReadOnlyCollection<ReferenceNeighbor> Neighbors => _neighbors.Values;

    private int Places => _neighbors.Count + _attempts.Count;

    public ReferenceNeighbor? Find(NeighborId id) => _neighbors.GetValueOrDefault(id);

    public void AddCandidate(PeerId peer)
    {
        if (peer != Me && !_banned.Contains(peer) && !IsConnected(peer) && !_attempts.ContainsKey(peer) && !_candidates.Contains(peer))
        {
            _candidates.Add(peer);
        }
    }

    /// <summary>Whether an offer is to be answered; with two offers at once, that of the smaller id stands.</summary>
    public bool Accepts(PeerId peer)
    {
        if (peer == Me || _banned.Contains(peer) || IsConnected(peer))
        {
            return false;
        }

        return _attempts.TryGetValue(peer, out var attempt) ? !attempt.IsOurs || peer < Me : Places < options.MaxNeighbors;
    }

    public void Connecting(TimeSpan now, PeerId peer) => _attempts[peer] = (now, false);

    public ReferenceNeighbor Connected(NeighborId id, PeerId peer)
    {
        _attempts.Remove(peer);
        _candidates.Remove(peer);
        var neighbor = new ReferenceNeighbor(id, peer);
        _neighbors.Add(id, neighbor);
        return neighbor;
    }

    /// <returns>Whether an attempt was under way.</returns>
    public bool Failed(PeerId peer) => _attempts.Remove(peer);

    public void Remove(ReferenceNeighbor neighbor) => _neighbors.Remove(neighbor.Id);

    /// <summary>Never again.</summary>
    public void Ban(PeerId peer) => _banned.Add(peer);

    /// <summary>Connects and asks for more.</summary>
    public void Tick(TimeSpan now, Action<PeerId> connect, Action<int, IReadOnlyList<PeerId>> askFor)
    {
        if (Me is null)
        {
            return;
        }

        foreach (PeerId late in _attempts.Where(a => now - a.Value.Since > AttemptTimeout).Select(a => a.Key).ToList())
        {
            _attempts.Remove(late);
        }

        while (Places < options.TargetNeighbors && _attempts.Count < options.ConcurrentConnects && _candidates.Count > 0)
        {
            int chosen = random.Next(_candidates.Count);
            PeerId peer = _candidates[chosen];
            _candidates.RemoveAt(chosen);
            _attempts[peer] = (now, true);
            connect(peer);
        }

        int missing = options.TargetNeighbors - Places;
        if (missing > 0 && now >= _nextAsk)
        {
            _nextAsk = now + _askInterval;
            _askInterval = _askInterval * 2 < LongestAsk ? _askInterval * 2 : LongestAsk;
            askFor(missing, [.. _neighbors.Values.Select(n => n.Peer).Concat(_attempts.Keys).Take(MostNamed)]);
        }
    }

    private bool IsConnected(PeerId peer) => _neighbors.Values.Any(n => n.Peer == peer);
}
