namespace Peercast.WebRtc.Dtls;

/// <summary>The life of a <see cref="DtlsEndpoint"/>.</summary>
internal enum DtlsState
{
    /// <summary>The handshake has not begun or is under way.</summary>
    Connecting,

    /// <summary>The peer proved the key behind its fingerprint; payload flows.</summary>
    Connected,

    /// <summary>close_notify was sent or received (RFC 5246 section 7.2.1).</summary>
    Closed,

    /// <summary>The handshake or the session broke; see <see cref="DtlsEndpoint.Failure"/>.</summary>
    Failed,
}

/// <summary>Why a session failed.</summary>
internal enum DtlsFailure
{
    /// <summary>It has not.</summary>
    None,

    /// <summary>The peer's certificate has not the fingerprint that its session description announced (RFC 8122 section 6.2).</summary>
    FingerprintMismatch,

    /// <summary>The peer's messages were refused, or it refused ours with a fatal alert.</summary>
    Protocol,

    /// <summary>The last retransmission of a flight was not answered.</summary>
    Timeout,
}
