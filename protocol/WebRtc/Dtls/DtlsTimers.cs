namespace Peercast.WebRtc.Dtls;

/// <summary>When an unanswered flight is sent again (RFC 6347 section 4.2.4.1): doubling from the first to the longest.</summary>
/// <param name="FirstMicroseconds">The first timeout.</param>
/// <param name="LongestMicroseconds">The timeout that doubling ends at.</param>
internal sealed record DtlsTimers(uint FirstMicroseconds, uint LongestMicroseconds)
{
    /// <summary>OpenSSL's first second wastes most of a set-up that loses a packet; its longest minute outlives any set-up.</summary>
    public static DtlsTimers Default { get; } = new(FirstMicroseconds: 250_000, LongestMicroseconds: 4_000_000);

    /// <summary>The timeout after one of so many microseconds; 0 asks for the first one.</summary>
    public uint Next(uint microseconds) =>
        microseconds == 0 ? FirstMicroseconds : (uint)Math.Min((ulong)microseconds * 2, LongestMicroseconds);
}
