namespace Peercast.Protocol.Scheduling;

/// <summary>What a message to a neighbor costs on the line beyond itself.</summary>
public static class WireCost
{
    /// <summary>SCTP payload of a full packet, in bytes.</summary>
    public const int PacketPayload = 1135;

    /// <summary>IPv4 and UDP (28), DTLS with AES-GCM (37), SCTP common and DATA header (28), in bytes.</summary>
    public const int PacketOverhead = 93;

    /// <summary>Packets for which one comes, at most, where the line is narrow enough to count its bytes (RFC 3449, section 4.3).</summary>
    public const int AcknowledgedPackets = 6;

    /// <summary>A packet with nothing but an acknowledgment.</summary>
    private const int Acknowledgment = 28 + 37 + 28;

    /// <summary>A segment of TCP without payload, and what a full one carries: Ethernet (14), IPv4 (20) and TCP with time stamps (32).</summary>
    private const int TcpAcknowledgment = 66, TcpPayload = 1448;

    /// <summary>A request of HTTP for a chunk, in a segment.</summary>
    private const int OriginRequest = 190;

    /// <summary>Packets of a message of so many bytes.</summary>
    public static int Packets(int bytes) => (bytes + PacketPayload - 1) / PacketPayload;

    /// <summary>A message with all its headers, in bytes.</summary>
    public static int Message(int bytes) => bytes + (Packets(bytes) * PacketOverhead);

    /// <summary>
    /// What goes up for a chunk of so many bytes from the origin: the request, and acknowledgments for two segments of three, as the
    /// lab has them (RFC 9293, section 3.8.6.3: at least for every second one).
    /// </summary>
    public static int OfOriginChunk(int bytes) => OriginRequest + (((2 * bytes) + (3 * TcpPayload) - 1) / (3 * TcpPayload) * TcpAcknowledgment);

    /// <summary>What its receiver sends back for it, in bytes.</summary>
    public static int Acknowledgments(int bytes) => (Packets(bytes) + AcknowledgedPackets - 1) / AcknowledgedPackets * Acknowledgment;
}
