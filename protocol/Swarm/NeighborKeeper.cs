using System.Runtime.InteropServices;
using Peercast.Protocol.Primitives;
using Peercast.Protocol.Scheduling;

namespace Peercast.Protocol.Swarm;

/// <summary>Keeps the number of neighbors where it should be: connects, asks the tracker, replaces the worst.</summary>
internal sealed class NeighborKeeper
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan MinAskInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan MaxAskInterval = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan ClosedRest = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ReplacedRest = TimeSpan.FromSeconds(60);

    /// <summary>A peer whose neighbors fail it does not wait for the regular replacement.</summary>
    private static readonly TimeSpan HungryInterval = TimeSpan.FromSeconds(4);

    /// <summary>Chunks taken from the origin for want of time since the last look that make a peer hungry.</summary>
    private const int HungryFallbacks = 2;

    private const int MaxExcluded = 64;

    private readonly SwarmContext _context;
    private readonly CandidateBook _candidates;
    private readonly Func<PeerId, bool> _isTaken;
    private readonly SortedDictionary<PeerId, Attempt> _attempts = [];
    private readonly List<NeighborChoice.Standing> _standings = [];
    private readonly List<PeerId> _expired = [];
    private TimeSpan _next;
    private TimeSpan _nextAsk;
    private TimeSpan _askInterval = MinAskInterval;
    private TimeSpan _nextReplacement;
    private TimeSpan _nextHungerCheck;
    private long _fallbacksSeen;

    public NeighborKeeper(SwarmContext context)
    {
        _context = context;
        _candidates = new CandidateBook(context.Random);
        _isTaken = peer => peer == context.Me || _attempts.ContainsKey(peer) || context.Neighbors.Find(peer) is not null;
    }

    /// <summary>Connections that exist or are on their way.</summary>
    private int Places => _context.Neighbors.Count + _attempts.Count;

    /// <summary>Something changed that may call for action: do not wait for the next regular look.</summary>
    public void Touch() => _next = TimeSpan.Zero;

    /// <summary>Notes candidate peers.</summary>
    public void AddCandidate(PeerId peer, int uplinkKbps)
    {
        if (peer != _context.Me && !_context.Bans.Contains(peer))
        {
            _candidates.Add(peer, uplinkKbps);
        }
    }

    /// <summary>The uplink of a peer as far as known.</summary>
    public int UplinkOf(PeerId peer) => _candidates.UplinkOf(peer);

    /// <summary>Whether an offer of the peer is to be answered.</summary>
    public bool Accepts(PeerId peer)
    {
        if (!_context.Options.UseNeighbors || _context.Bans.Contains(peer) || peer == _context.Me || _context.Neighbors.Find(peer) is not null)
        {
            return false;
        }

        // Both sides offered at once: the smaller id's offer stands, so that both drop the same one.
        return _attempts.TryGetValue(peer, out Attempt attempt)
            ? !attempt.IsOurs || peer < _context.Me
            : Places < _context.Options.MaxNeighbors;
    }

    /// <summary>An offer of the peer was answered.</summary>
    public void Connecting(TimeSpan now, PeerId peer)
    {
        AddCandidate(peer, 0);
        _attempts[peer] = new Attempt(now, IsOurs: false);
    }

    /// <summary>The channels to a peer are open.</summary>
    /// <returns>The neighbor; <see langword="null"/>: the connection is not wanted and has been closed.</returns>
    public Neighbor? Connected(TimeSpan now, NeighborId id, PeerId peer, bool weOffered)
    {
        _attempts.Remove(peer);
        if (_context.Me is not { } me || !_context.Options.UseNeighbors || _context.Bans.Contains(peer) || _context.Neighbors.Find(id) is not null)
        {
            _context.Outbox.Disconnect(id, _context.Bans.Contains(peer) ? DisconnectReason.CorruptData : DisconnectReason.Replaced);
            return null;
        }

        if (_context.Neighbors.Find(peer) is { } existing)
        {
            // Two connections: the one that the smaller id offered stands, on both sides.
            bool newOneStands = weOffered != existing.WeOffered && weOffered == (me < peer);
            if (!newOneStands)
            {
                _context.Outbox.Disconnect(id, DisconnectReason.Replaced);
                return null;
            }

            _context.Drop(now, existing, DisconnectReason.Replaced);
        }

        if (_context.Neighbors.Count >= _context.Options.MaxNeighbors || _context.Neighbors.Add(id, peer, weOffered, now) is not { } neighbor)
        {
            _context.Outbox.Disconnect(id, DisconnectReason.Replaced);
            return null;
        }

        AddCandidate(peer, 0);
        _candidates.Reached(peer);
        _context.Counter.NeighborsConnectedTotal++;
        return neighbor;
    }

    /// <summary>An attempt failed.</summary>
    public void ConnectFailed(TimeSpan now, PeerId peer)
    {
        // Ours may have lost against the peer's own offer, which still stands.
        if (_attempts.Remove(peer, out _) && _context.Neighbors.Find(peer) is null)
        {
            _context.Counter.ConnectionsFailed++;
            _candidates.Failed(now, peer);
        }
    }

    /// <summary>A neighbor is gone, whatever the reason.</summary>
    public void NeighborRemoved(TimeSpan now, Neighbor neighbor)
    {
        if (_context.Bans.Contains(neighbor.Peer))
        {
            _candidates.Remove(neighbor.Peer);
        }
        else
        {
            // It left, fell silent, or has no place for us: others first.
            _candidates.Rest(now, neighbor.Peer, ClosedRest);
        }

        _next = TimeSpan.Zero;
    }

    /// <summary>Does what is due.</summary>
    public void Tick(TimeSpan now)
    {
        if (now < _next || _context.Me is null || !_context.Options.UseNeighbors)
        {
            return;
        }

        _next = now + Interval;
        ExpireAttempts(now);
        Connect(now);
        AskTracker(now);
        Replace(now);
        ReplaceWhenHungry(now);
    }

    private void ExpireAttempts(TimeSpan now)
    {
        _expired.Clear();
        foreach ((PeerId peer, Attempt attempt) in _attempts)
        {
            if (now - attempt.Since > ConnectTimeout)
            {
                _expired.Add(peer);
            }
        }

        foreach (PeerId peer in _expired)
        {
            ConnectFailed(now, peer);
        }
    }

    private void Connect(TimeSpan now)
    {
        while (Places < _context.Options.TargetNeighbors
            && _attempts.Count < _context.Options.ConcurrentConnects
            && _candidates.Choose(now, _isTaken) is { } peer)
        {
            _attempts[peer] = new Attempt(now, IsOurs: true);
            _context.Outbox.Connect(peer);
        }
    }

    private void AskTracker(TimeSpan now)
    {
        int missing = _context.Options.TargetNeighbors - Places;
        if (missing <= 0 || now < _nextAsk || _candidates.CountFresh(now, _isTaken) >= missing)
        {
            return;
        }

        // A small swarm has no more to offer: ask less and less often, unless neighbors are really short.
        _nextAsk = now + _askInterval;
        TimeSpan longest = _context.Neighbors.ReadyCount == 0 ? MaxAskInterval / 4
            : _context.Neighbors.ReadyCount < _context.Options.MinNeighbors ? MaxAskInterval / 2
            : MaxAskInterval;
        _askInterval = _askInterval * 2 < longest ? _askInterval * 2 : longest;
        var exclude = new List<PeerId>();
        foreach (Neighbor neighbor in _context.Neighbors.All)
        {
            exclude.Add(neighbor.Peer);
        }

        exclude.AddRange(_attempts.Keys);
        if (exclude.Count > MaxExcluded)
        {
            exclude.RemoveRange(MaxExcluded, exclude.Count - MaxExcluded);
        }

        _context.Outbox.WantPeers(missing, exclude);
    }

    /// <summary>
    /// Some peers happen to have neighbors that together cannot carry them, while others have more than they need: they
    /// go on changing the worst ones until it fits.
    /// </summary>
    private void ReplaceWhenHungry(TimeSpan now)
    {
        if (now < _nextHungerCheck)
        {
            return;
        }

        _nextHungerCheck = now + HungryInterval;
        long fallbacks = _context.Counter.Fallbacks - _fallbacksSeen;
        _fallbacksSeen = _context.Counter.Fallbacks;
        if (fallbacks >= HungryFallbacks && _context.Neighbors.ReadyCount >= _context.Options.MinNeighbors)
        {
            ReplaceWorst(now, HungryInterval * 2);
        }
    }

    private void Replace(TimeSpan now)
    {
        if (_nextReplacement == TimeSpan.Zero)
        {
            _nextReplacement = now + (_context.Options.ReplaceInterval * (0.75 + (0.5 * _context.Random.NextDouble())));
        }

        if (now < _nextReplacement)
        {
            return;
        }

        _nextReplacement = now + _context.Options.ReplaceInterval;
        int count = Math.Clamp(_context.Neighbors.ReadyCount - _context.Options.TargetNeighbors + 1, 0, 2);
        for (int i = 0; i < count; i++)
        {
            ReplaceWorst(now, _context.Options.ReplaceInterval);
        }

        foreach (Neighbor neighbor in _context.Neighbors.All)
        {
            neighbor.ReceivedBytes = 0;
            neighbor.SentBytes = 0;
        }
    }

    private void ReplaceWorst(TimeSpan now, TimeSpan minAge)
    {
        // Only where somebody else can take the place: a small swarm keeps what it has.
        if (_candidates.CountFresh(now, _isTaken) == 0)
        {
            return;
        }

        _standings.Clear();
        foreach (Neighbor neighbor in _context.Neighbors.AllReady)
        {
            if (now - neighbor.ConnectedAt >= minAge)
            {
                _standings.Add(new NeighborChoice.Standing(neighbor.Slot, neighbor.ReceivedBytes, neighbor.SentBytes, neighbor.RoundTripSeconds));
            }
        }

        int worst = NeighborChoice.Worst(CollectionsMarshal.AsSpan(_standings));
        if (worst >= 0)
        {
            Neighbor neighbor = _context.Neighbors[worst];
            _context.Drop(now, neighbor, DisconnectReason.Replaced);
            _candidates.Rest(now, neighbor.Peer, ReplacedRest);
        }
    }

    private readonly record struct Attempt(TimeSpan Since, bool IsOurs);
}
