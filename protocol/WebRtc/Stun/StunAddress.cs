using System.Buffers.Binary;
using System.Net;

namespace Peercast.WebRtc.Stun;

/// <summary>MAPPED-ADDRESS and XOR-MAPPED-ADDRESS values, RFC 8489 sections 14.1 and 14.2.</summary>
internal static class StunAddress
{
    private const byte FamilyV4 = 1;
    private const byte FamilyV6 = 2;

    /// <summary>Bytes of the longest value (IPv6).</summary>
    public const int MaxLength = 20;

    /// <summary>An IPv4 address in its IPv6 mapped form, as a dual-mode socket reports it, becomes plain IPv4.</summary>
    public static IPEndPoint Normalize(IPEndPoint endPoint) =>
        endPoint.Address.IsIPv4MappedToIPv6 ? new IPEndPoint(endPoint.Address.MapToIPv4(), endPoint.Port) : endPoint;

    /// <param name="value">The attribute's value.</param>
    /// <param name="mask">The 16 bytes of magic cookie and transaction id to XOR with; empty for MAPPED-ADDRESS.</param>
    /// <param name="endPoint">The address.</param>
    public static bool TryRead(ReadOnlySpan<byte> value, ReadOnlySpan<byte> mask, out IPEndPoint? endPoint)
    {
        endPoint = null;
        if (value.Length < 8)
            return false;
        int addressLength = value[1] switch { FamilyV4 => 4, FamilyV6 => 16, _ => 0 };
        if (addressLength == 0 || value.Length != 4 + addressLength)
            return false;

        Span<byte> address = stackalloc byte[16];
        address = address[..addressLength];
        value[4..].CopyTo(address);
        int port = BinaryPrimitives.ReadUInt16BigEndian(value[2..]);
        if (!mask.IsEmpty)
        {
            port ^= BinaryPrimitives.ReadUInt16BigEndian(mask);
            Xor(address, mask);
        }

        endPoint = Normalize(new IPEndPoint(new IPAddress(address), port));
        return true;
    }

    /// <summary>Writes the XORed value.</summary>
    /// <returns>Its length: 8 or 20 bytes.</returns>
    public static int WriteXored(IPEndPoint endPoint, ReadOnlySpan<byte> mask, Span<byte> destination)
    {
        endPoint = Normalize(endPoint);
        destination[0] = 0;
        if (!endPoint.Address.TryWriteBytes(destination[4..], out int addressLength))
            throw new ArgumentException("The buffer is too short for the address.", nameof(destination));
        destination[1] = addressLength == 4 ? FamilyV4 : FamilyV6;
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)(endPoint.Port ^ BinaryPrimitives.ReadUInt16BigEndian(mask)));
        Xor(destination.Slice(4, addressLength), mask);
        return 4 + addressLength;
    }

    private static void Xor(Span<byte> address, ReadOnlySpan<byte> mask)
    {
        for (int i = 0; i < address.Length; i++)
            address[i] ^= mask[i];
    }
}
