using System.Net;

namespace Peercast.WebRtc.Ice;

/// <summary>The check list and the triggered-check queue, RFC 8445 section 6.1.2 and 6.1.4, kept up to date as candidates trickle in (RFC 8838).</summary>
internal sealed class IceCheckList(int maxPairs)
{
    private readonly List<IceCandidatePair> _pairs = [];
    private readonly List<IceCandidatePair> _triggered = [];

    /// <summary>All pairs, the best first.</summary>
    public IReadOnlyList<IceCandidatePair> Pairs => _pairs;

    /// <summary>The best pair that works.</summary>
    public IceCandidatePair? BestValid => _pairs.Find(static pair => pair.State == IcePairState.Succeeded);

    /// <summary>A check could be sent now.</summary>
    public bool HasWork => _triggered.Count > 0 || NextOrdinary() is not null;

    /// <summary>Some pair may yet turn out to work.</summary>
    public bool HasUndecided => _triggered.Count > 0
        || _pairs.Exists(static pair => pair.State is IcePairState.Waiting or IcePairState.Frozen or IcePairState.InProgress);

    public IceCandidatePair? Find(IPEndPoint localBase, IPEndPoint remote) =>
        _pairs.Find(pair => pair.Remote.Equals(remote) && pair.LocalBase.Equals(localBase));

    /// <summary>Adds a pair that is not in the list. A full list drops its worst unchecked or failed pair, if that is worse than the new one.</summary>
    /// <returns>The pair, or <see langword="null"/> when there is no room.</returns>
    public IceCandidatePair? Add(IceLocalCandidate local, IceRemoteCandidate remote, bool controlling)
    {
        var pair = new IceCandidatePair(local, remote);
        pair.UpdatePriority(controlling);
        if (_pairs.Count >= maxPairs)
        {
            int worst = _pairs.FindLastIndex(other => !_triggered.Contains(other)
                && other.State is IcePairState.Frozen or IcePairState.Waiting or IcePairState.Failed);
            if (worst < 0 || _pairs[worst].Priority >= pair.Priority)
                return null;
            _pairs.RemoveAt(worst);
        }

        // RFC 8838 section 12: thaw at once when the foundation is known to work, or when nobody else tries it.
        List<IceCandidatePair> kin = _pairs.FindAll(pair.HasFoundationOf);
        bool works = kin.Exists(static other => other.State == IcePairState.Succeeded);
        bool tried = kin.Exists(static other => other.State is IcePairState.Waiting or IcePairState.InProgress);
        pair.State = works || !tried ? IcePairState.Waiting : IcePairState.Frozen;

        int place = _pairs.FindIndex(other => other.Priority < pair.Priority);
        _pairs.Insert(place < 0 ? _pairs.Count : place, pair);
        return pair;
    }

    /// <summary>Forgets a candidate of the peer.</summary>
    public void Remove(IceRemoteCandidate remote)
    {
        _pairs.RemoveAll(pair => ReferenceEquals(pair.RemoteCandidate, remote));
        _triggered.RemoveAll(pair => ReferenceEquals(pair.RemoteCandidate, remote));
    }

    /// <summary>Forgets a base of ours.</summary>
    public void Remove(IceLocalCandidate local)
    {
        _pairs.RemoveAll(pair => ReferenceEquals(pair.LocalCandidate, local));
        _triggered.RemoveAll(pair => ReferenceEquals(pair.LocalCandidate, local));
    }

    /// <summary>Gives the pairs that failed another chance.</summary>
    public void Revive()
    {
        foreach (IceCandidatePair pair in _pairs.Where(static pair => pair.State == IcePairState.Failed))
            pair.State = IcePairState.Waiting;
    }

    /// <summary>Has all pairs checked again, whatever is known of them, but one that has fallen silent, and those that the peer has used since.</summary>
    public void CheckAgain(IceCandidatePair silent)
    {
        foreach (IceCandidatePair pair in _pairs.Where(pair =>
            pair != silent && pair.HeardAt <= silent.HeardAt && pair.State is IcePairState.Failed or IcePairState.Succeeded))
        {
            pair.State = IcePairState.Waiting;
        }
    }

    /// <summary>Computes all priorities anew: the role or a candidate's priority has changed.</summary>
    public void Reorder(bool controlling)
    {
        foreach (IceCandidatePair pair in _pairs)
            pair.UpdatePriority(controlling);
        // List.Sort is unstable; LINQ's sort keeps the order of equals and so the outcome deterministic.
        IceCandidatePair[] ordered = [.. _pairs.OrderByDescending(static pair => pair.Priority)];
        _pairs.Clear();
        _pairs.AddRange(ordered);
    }

    /// <summary>Queues a check ahead of the ordinary ones (RFC 8445 section 7.3.1.4).</summary>
    public void Trigger(IceCandidatePair pair)
    {
        if (pair.State != IcePairState.InProgress)
            pair.State = IcePairState.Waiting;
        if (!_triggered.Contains(pair))
            _triggered.Add(pair);
    }

    /// <summary>The first triggered pair that still needs a check.</summary>
    public IceCandidatePair? TakeTriggered()
    {
        while (_triggered.Count > 0)
        {
            IceCandidatePair pair = _triggered[0];
            _triggered.RemoveAt(0);
            if (pair.State != IcePairState.Succeeded)
                return pair;
        }

        return null;
    }

    /// <summary>The next pair for an ordinary check (RFC 8445 section 6.1.4.2): the best one waiting, else the best frozen one whose foundation nobody tries.</summary>
    public IceCandidatePair? NextOrdinary() =>
        _pairs.Find(static pair => pair.State == IcePairState.Waiting)
        ?? _pairs.Find(pair => pair.State == IcePairState.Frozen
            && !_pairs.Exists(other => other.State == IcePairState.InProgress && other.HasFoundationOf(pair)));

    /// <summary>Marks a pair valid and thaws those of its foundation (RFC 8445 section 7.2.5.3.3).</summary>
    public void Succeed(IceCandidatePair pair)
    {
        pair.State = IcePairState.Succeeded;
        _triggered.Remove(pair);
        foreach (IceCandidatePair other in _pairs)
        {
            if (other.State == IcePairState.Frozen && other.HasFoundationOf(pair))
                other.State = IcePairState.Waiting;
        }
    }

    /// <summary>Whether no pair better than this one can still turn out to work.</summary>
    public bool IsBestPossible(IceCandidatePair pair) => !_pairs.Exists(other => other.Priority > pair.Priority
        && other.State is IcePairState.Waiting or IcePairState.Frozen or IcePairState.InProgress);

    /// <summary>Ends the ordinary checks: a pair has been nominated (RFC 8445 section 8.1.2). Triggered checks go on, as the peer's address may change.</summary>
    public void StopOrdinary()
    {
        _pairs.RemoveAll(pair => pair.State is IcePairState.Waiting or IcePairState.Frozen && !_triggered.Contains(pair));
        foreach (IceCandidatePair pair in _pairs)
        {
            if (pair.State == IcePairState.InProgress)
                pair.Check?.StopSending();
        }
    }
}
