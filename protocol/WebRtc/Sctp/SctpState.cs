namespace Peercast.WebRtc.Sctp;

/// <summary>The states of an association (RFC 9260, section 4).</summary>
internal enum SctpState
{
    Closed,
    CookieWait,
    CookieEchoed,
    Established,
    ShutdownPending,
    ShutdownSent,
    ShutdownReceived,
    ShutdownAckSent,
}
