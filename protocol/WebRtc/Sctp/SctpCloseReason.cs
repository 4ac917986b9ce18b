namespace Peercast.WebRtc.Sctp;

/// <summary>Why an association ended.</summary>
internal enum SctpCloseReason
{
    /// <summary>The SHUTDOWN sequence ran to its end, whoever began it.</summary>
    Shutdown,

    /// <summary>Our side called <see cref="SctpAssociation.Abort"/>, or shut down before the association was up.</summary>
    LocalAbort,

    /// <summary>The peer sent ABORT.</summary>
    RemoteAbort,

    /// <summary>The peer broke the protocol; it was sent an ABORT that says so.</summary>
    ProtocolViolation,

    /// <summary>The peer made us hold more than the bounds allow; it was sent an ABORT that says so.</summary>
    OutOfResources,

    /// <summary>INIT, COOKIE ECHO, DATA, SHUTDOWN or HEARTBEAT was retransmitted in vain too many times.</summary>
    PeerUnreachable,
}
