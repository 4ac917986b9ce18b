using System.Buffers.Binary;

namespace Peercast.WebRtc.Sctp;

/// <summary>The common header of a received packet (RFC 9260, section 3.1).</summary>
internal readonly record struct PacketHeader(ushort SourcePort, ushort DestinationPort, uint VerificationTag)
{
    /// <summary>Reads the header; <see langword="false"/> for a packet that is too short or whose checksum is wrong.</summary>
    public static bool TryParse(ReadOnlySpan<byte> packet, out PacketHeader header)
    {
        header = default;
        if (packet.Length < PacketBuilder.HeaderSize + 4
            || BinaryPrimitives.ReadUInt32LittleEndian(packet[8..]) != Crc32c.OfPacket(packet))
            return false;
        header = new PacketHeader(
            BinaryPrimitives.ReadUInt16BigEndian(packet),
            BinaryPrimitives.ReadUInt16BigEndian(packet[2..]),
            BinaryPrimitives.ReadUInt32BigEndian(packet[4..]));
        return true;
    }
}
