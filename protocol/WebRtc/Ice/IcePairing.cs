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

    /// <summary>Pairs a candidate of the peer with all of our bases.</summary>
    public void Add(IceRemoteCandidate remote)
    {
        foreach (IceLocalCandidate host in gatherer.Hosts)
            Pair(host, remote);
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
