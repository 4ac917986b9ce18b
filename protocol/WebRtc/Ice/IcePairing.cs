using System.Net;

namespace Peercast.WebRtc.Ice;

/// <summary>Makes pairs of our bases and the peer's candidates, RFC 8445 section 6.1.2.2.</summary>
internal sealed class IcePairing(IceGatherer gatherer, IceRemoteCandidates remotes, IceCheckList list, IceRole role)
{
    /// <summary>Pairs a base of ours with all of the peer's candidates.</summary>
    public void Add(IceLocalCandidate host)
    {
        foreach (IceRemoteCandidate remote in remotes.All)
            Pair(host, remote);
    }

    /// <summary>Takes a candidate that the peer has signaled. One that a check has taught us already becomes what the peer says that it is.</summary>
    /// <param name="endPoint">Its address.</param>
    /// <param name="line">What the peer says.</param>
    /// <param name="pairsNew">A new one is paired with all of our bases, else ignored.</param>
    public void AddSignaled(IPEndPoint endPoint, IceCandidateLine line, bool pairsNew)
    {
        if (remotes.Find(endPoint) is { } known)
        {
            if (known.Type == IceCandidateType.PeerReflexive)
            {
                known.Become(line);
                list.Reorder(role.Controlling);
            }
        }
        else if (pairsNew && remotes.Add(endPoint, line) is { } remote)
        {
            foreach (IceLocalCandidate host in gatherer.Hosts)
                Pair(host, remote);
        }
    }

    /// <summary>The pair that a check of the peer came on; a new address becomes a peer-reflexive candidate (RFC 8445 sections 7.3.1.3 and 7.3.1.4).</summary>
    /// <param name="host">The base that it came to.</param>
    /// <param name="remote">Where it came from.</param>
    /// <param name="priority">What a peer-reflexive candidate gets.</param>
    /// <param name="nominated">The pair that has been nominated: others of the peer's addresses make room for the new one.</param>
    /// <returns><see langword="null"/> when there is no room.</returns>
    public IceCandidatePair? FindOrLearn(IceLocalCandidate host, IPEndPoint remote, uint priority, IceCandidatePair? nominated)
    {
        if (nominated is not null && remotes.Find(remote) is null && remotes.MakeRoom(nominated.RemoteCandidate) is { } forgotten)
            list.Remove(forgotten);
        return remotes.FindOrLearn(remote, priority) is { } candidate
            ? list.Find(host.Base, remote) ?? list.Add(host, candidate, role.Controlling)
            : null;
    }

    /// <summary>Begins anew with what is left, because the base in use is gone: what was given up may be the way now.</summary>
    public void Renew()
    {
        list.Revive();
        foreach (IceLocalCandidate host in gatherer.Hosts)
            Add(host);
    }

    /// <summary>Looks for a way around a pair that has fallen silent, which keeps its place until one is found.</summary>
    public void Avoid(IceCandidatePair silent)
    {
        foreach (IceLocalCandidate host in gatherer.Hosts)
            Add(host);
        list.CheckAgain(silent);
    }

    private void Pair(IceLocalCandidate host, IceRemoteCandidate remote)
    {
        // Loopback reaches loopback only, and nothing else reaches it: such pairs would only waste checks.
        if (host.Base.AddressFamily == remote.EndPoint.AddressFamily
            && IPAddress.IsLoopback(host.Base.Address) == IPAddress.IsLoopback(remote.EndPoint.Address)
            && list.Find(host.Base, remote.EndPoint) is null)
        {
            list.Add(host, remote, role.Controlling);
        }
    }
}
