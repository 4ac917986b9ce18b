using System.Buffers.Binary;
using System.Numerics;

namespace Peercast.WebRtc.Sctp;

/// <summary>The checksum of SCTP packets (RFC 9260, section 6.8 and appendix A), on the processor's own instruction.</summary>
internal static class Crc32c
{
    /// <summary>The checksum of a packet as if its checksum field (bytes 8 to 11) were zero.</summary>
    public static uint OfPacket(ReadOnlySpan<byte> packet)
    {
        uint crc = BitOperations.Crc32C(uint.MaxValue, BinaryPrimitives.ReadUInt64LittleEndian(packet));
        crc = BitOperations.Crc32C(crc, 0u);
        return ~Update(crc, packet[12..]);
    }

    private static uint Update(uint crc, ReadOnlySpan<byte> data)
    {
        while (data.Length >= 8)
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(data));
            data = data[8..];
        }

        foreach (var value in data)
            crc = BitOperations.Crc32C(crc, value);
        return crc;
    }
}
