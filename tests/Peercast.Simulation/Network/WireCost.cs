namespace Peercast.Simulation.Network;

/// <summary>What a message costs on the line beyond itself.</summary>
internal static class WireCost
{
    /// <summary>SCTP payload of a full packet.</summary>
    public const int PacketPayload = 1135;

    /// <summary>IPv4 and UDP (28), DTLS with AES-GCM (37), SCTP common and DATA header (28).</summary>
    public const int PacketOverhead = 93;

    /// <summary>A packet with nothing but an acknowledgment, and one for every second packet.</summary>
    private const int Acknowledgment = 28 + 37 + 28;

    /// <summary>Packets of a message.</summary>
    public static int Packets(int bytes) => (bytes + PacketPayload - 1) / PacketPayload;

    /// <summary>A message between viewers with all its headers.</summary>
    public static int Message(int bytes) => bytes + (Packets(bytes) * PacketOverhead);

    /// <summary>What its receiver sends back for it.</summary>
    public static int Acknowledgments(int bytes) => (Packets(bytes) + 1) / 2 * Acknowledgment;

    /// <summary>A part of an HTTP reply over TLS and TCP: 40 bytes of headers on 1,460.</summary>
    public static int Http(int bytes) => bytes + (((bytes + 1459) / 1460) * 40);
}
