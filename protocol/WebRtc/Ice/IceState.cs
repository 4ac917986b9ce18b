namespace Peercast.WebRtc.Ice;

/// <summary>Where an agent stands; the names follow the W3C's RTCIceConnectionState.</summary>
internal enum IceState
{
    /// <summary>The peer's credentials are not known yet.</summary>
    New,

    /// <summary>No pair works so far.</summary>
    Checking,

    /// <summary>A pair works and may carry data; nothing has been nominated.</summary>
    Connected,

    /// <summary>A pair has been nominated.</summary>
    Completed,

    /// <summary>Consent is overdue (RFC 7675) and may come back.</summary>
    Disconnected,

    /// <summary>No pair works, or consent has expired. Final: the agent sends nothing more.</summary>
    Failed,

    /// <summary>Closed by us. Final.</summary>
    Closed,
}
