namespace Peercast.WebRtc.Stun;

/// <summary>The class of a STUN message, RFC 8489 section 5. The values are the class bits C1 C0.</summary>
internal enum StunClass
{
    /// <summary>Asks for a response.</summary>
    Request = 0,

    /// <summary>Asks for nothing.</summary>
    Indication = 1,

    /// <summary>A success response.</summary>
    Success = 2,

    /// <summary>An error response; it carries ERROR-CODE.</summary>
    Error = 3,
}
