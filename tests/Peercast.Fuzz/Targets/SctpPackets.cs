using System.Buffers.Binary;

namespace Peercast.Fuzz.Targets;

/// <summary>Packets of chunks of known types and plausible lengths around random contents.</summary>
internal static class SctpPackets
{
    private const byte Data = 0;
    private const byte Abort = 6;
    private static readonly byte[] Types = [0, 0, 0, 1, 2, 3, 3, 4, 5, 6, 7, 8, 9, 10, 11, 14, 130, 130, 192, 192, 64, 255];

    public static int Make(Random random, Span<byte> packet)
    {
        int length = 12;
        for (int left = random.Next(1, 6); left > 0; left--)
        {
            int value = random.Next(0, random.Next(4) == 0 ? 200 : 32);
            Span<byte> chunk = packet.Slice(length, (4 + value + 3) & ~3);
            random.NextBytes(chunk);
            chunk[0] = Types[random.Next(Types.Length)];
            chunk[1] = (byte)random.Next(random.Next(2) == 0 ? 16 : 256);
            BinaryPrimitives.WriteUInt16BigEndian(chunk[2..], (ushort)(4 + value));
            if (chunk.Length >= 16 && random.Next(2) == 0)
                chunk[4..7].Clear();
            // An ABORT ends the session: few of them are enough.
            if (chunk[0] == Abort && random.Next(10) != 0)
                chunk[0] = Data;
            length += chunk.Length;
        }

        return length;
    }
}
