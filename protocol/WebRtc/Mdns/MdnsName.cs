namespace Peercast.WebRtc.Mdns;

/// <summary>
/// The names that browsers put into host candidates in place of an address: a random UUID below <c>local</c>
/// (draft-ietf-mmusic-mdns-ice-candidates section 3.1.1). No other name is looked up: a stranger's offer is no reason to ask
/// the local network for its printers.
/// </summary>
internal static class MdnsName
{
    /// <summary>Characters of such a name.</summary>
    public const int Length = UuidLength + 6;

    private const int UuidLength = 36;

    /// <summary>Whether a candidate's connection address is such a name.</summary>
    public static bool IsValid(ReadOnlySpan<char> host) =>
        host.Length == Length
        && host[UuidLength..].Equals(".local", StringComparison.OrdinalIgnoreCase)
        && Guid.TryParseExact(host[..UuidLength], "D", out _);
}
