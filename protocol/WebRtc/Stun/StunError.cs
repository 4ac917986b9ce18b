namespace Peercast.WebRtc.Stun;

/// <summary>Error codes, RFC 8489 section 14.8 and RFC 8445 section 16.2.</summary>
internal static class StunError
{
    public const int BadRequest = 400;
    public const int Unauthenticated = 401;
    public const int UnknownAttribute = 420;

    /// <summary>Both agents believe to have the same role; the receiver of this code gives way.</summary>
    public const int RoleConflict = 487;
}
