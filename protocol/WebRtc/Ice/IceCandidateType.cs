namespace Peercast.WebRtc.Ice;

/// <summary>How a candidate's address was learned, RFC 8445 section 5.1.1.</summary>
internal enum IceCandidateType
{
    /// <summary>An address of an interface.</summary>
    Host,

    /// <summary>Seen by a STUN server.</summary>
    ServerReflexive,

    /// <summary>Seen by the peer in a connectivity check.</summary>
    PeerReflexive,

    /// <summary>A TURN relay's.</summary>
    Relayed,
}
