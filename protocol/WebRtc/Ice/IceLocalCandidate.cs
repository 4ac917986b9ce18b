using System.Net;

namespace Peercast.WebRtc.Ice;

/// <summary>A candidate of ours. Pairs are made of host candidates alone: a reflexive one sends from its base all the same (RFC 8445 section 6.1.2.4).</summary>
/// <param name="Type">Host or server-reflexive.</param>
/// <param name="Address">Where the peer should send to.</param>
/// <param name="Base">The socket's address.</param>
/// <param name="Foundation">Equal for the same type, base address and server.</param>
/// <param name="LocalPreference">Rank among our bases, 65,535 first.</param>
internal sealed record IceLocalCandidate(IceCandidateType Type, IPEndPoint Address, IPEndPoint Base, string Foundation, int LocalPreference)
{
    public uint Priority { get; } = IcePriority.OfCandidate(Type, LocalPreference);

    /// <summary>The PRIORITY of checks sent from here: what a peer-reflexive candidate learned from them would have (RFC 8445 section 7.1.1).</summary>
    public uint PeerReflexivePriority { get; } = IcePriority.OfCandidate(IceCandidateType.PeerReflexive, LocalPreference);

    public IceCandidateLine ToLine() => new()
    {
        Foundation = Foundation,
        Priority = Priority,
        Host = Address.Address.ToString(),
        Port = Address.Port,
        Type = Type,
        RelatedHost = Type == IceCandidateType.Host ? null : Base.Address.ToString(),
        RelatedPort = Type == IceCandidateType.Host ? 0 : Base.Port,
    };
}
