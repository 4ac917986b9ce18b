using System.Net;

namespace Peercast.WebRtc.Ice;

/// <summary>The peer's candidates, one for each address; bounded, as the peer decides how many there are.</summary>
internal sealed class IceRemoteCandidates(IceOptions options)
{
    private readonly List<IceRemoteCandidate> _all = [];
    private int _learned;

    public IReadOnlyList<IceRemoteCandidate> All => _all;

    public IceRemoteCandidate? Find(IPEndPoint endPoint) => _all.Find(candidate => candidate.EndPoint.Equals(endPoint));

    /// <summary>Adds a signaled candidate whose address is new.</summary>
    /// <returns><see langword="null"/> when there is no room.</returns>
    public IceRemoteCandidate? Add(IPEndPoint endPoint, IceCandidateLine line) =>
        Add(new IceRemoteCandidate(endPoint, line.Type, line.Priority, line.Foundation));

    /// <summary>The candidate of an address that a check came from: peer-reflexive when it is new (RFC 8445 section 7.3.1.3).</summary>
    /// <returns><see langword="null"/> when there is no room.</returns>
    public IceRemoteCandidate? FindOrLearn(IPEndPoint endPoint, uint priority) =>
        Find(endPoint)
        // A foundation of its own, which no signaled one can equal: it holds a space.
        ?? Add(new IceRemoteCandidate(endPoint, IceCandidateType.PeerReflexive, priority, $"learned {++_learned}"));

    /// <summary>
    /// Forgets the address learned first, unless it is the one in use, when there is no room for another: a NAT in front of a long
    /// connection may move the peer any number of times.
    /// </summary>
    /// <returns>The candidate forgotten, or <see langword="null"/>.</returns>
    public IceRemoteCandidate? MakeRoom(IceRemoteCandidate inUse)
    {
        if (_all.Count < options.MaxRemoteCandidates)
            return null;
        IceRemoteCandidate? oldest = _all.Find(candidate =>
            candidate.Type == IceCandidateType.PeerReflexive && !ReferenceEquals(candidate, inUse));
        if (oldest is not null)
            _all.Remove(oldest);
        return oldest;
    }

    private IceRemoteCandidate? Add(IceRemoteCandidate candidate)
    {
        if (_all.Count >= options.MaxRemoteCandidates)
            return null;
        _all.Add(candidate);
        return candidate;
    }
}
