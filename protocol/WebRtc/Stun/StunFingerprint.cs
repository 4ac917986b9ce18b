namespace Peercast.WebRtc.Stun;

/// <summary>The value of FINGERPRINT, RFC 8489 section 14.7: CRC-32 of ITU V.42, XORed so that it differs from a CRC the payload may hold.</summary>
internal static class StunFingerprint
{
    private const uint Xor = 0x5354554E;
    private static readonly uint[] Table = MakeTable();

    /// <summary>Computes the value over a message whose length field already counts the FINGERPRINT attribute.</summary>
    public static uint Compute(ReadOnlySpan<byte> message)
    {
        uint crc = uint.MaxValue;
        foreach (byte octet in message)
            crc = (crc >> 8) ^ Table[(byte)(crc ^ octet)];
        return ~crc ^ Xor;
    }

    private static uint[] MakeTable()
    {
        const uint ReflectedPolynomial = 0xEDB88320;
        var table = new uint[256];
        for (uint index = 0; index < table.Length; index++)
        {
            uint value = index;
            for (int bit = 0; bit < 8; bit++)
                value = (value & 1) != 0 ? (value >> 1) ^ ReflectedPolynomial : value >> 1;
            table[index] = value;
        }

        return table;
    }
}
