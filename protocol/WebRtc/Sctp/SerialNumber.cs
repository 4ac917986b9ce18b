namespace Peercast.WebRtc.Sctp;

/// <summary>Serial number arithmetic for TSNs and SSNs, which wrap around (RFC 1982; RFC 9260, section 1.6).</summary>
internal static class SerialNumber
{
    public static bool IsBefore(uint a, uint b) => (int)(a - b) < 0;

    public static bool IsAfter(uint a, uint b) => (int)(a - b) > 0;

    public static bool IsBefore(ushort a, ushort b) => (short)(a - b) < 0;
}
