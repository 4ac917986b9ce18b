namespace Peercast.WebRtc.Driver;

/// <summary>The protocols that share one UDP port (RFC 7983 section 7).</summary>
internal enum DatagramKind
{
    /// <summary>None that we speak: dropped.</summary>
    Unknown,

    /// <summary>First byte 0 to 3.</summary>
    Stun,

    /// <summary>First byte 20 to 63.</summary>
    Dtls,
}

/// <summary>Tells datagrams apart.</summary>
internal static class DatagramKinds
{
    /// <summary>Looks at the first byte.</summary>
    public static DatagramKind Of(ReadOnlySpan<byte> datagram) => datagram.IsEmpty ? DatagramKind.Unknown : datagram[0] switch
    {
        <= 3 => DatagramKind.Stun,
        >= 20 and <= 63 => DatagramKind.Dtls,
        _ => DatagramKind.Unknown,
    };
}
