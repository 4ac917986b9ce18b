namespace Peercast.WebRtc.DataChannels;

/// <summary>The payload protocol identifiers of WebRTC (RFC 8831, section 8).</summary>
internal static class PayloadProtocol
{
    public const uint Dcep = 50;
    public const uint String = 51;
    public const uint Binary = 53;

    /// <summary>SCTP cannot carry an empty message: an empty string travels as one byte that is ignored.</summary>
    public const uint StringEmpty = 56;

    /// <summary>An empty binary message, likewise.</summary>
    public const uint BinaryEmpty = 57;
}
