using System.Buffers.Binary;

namespace Peercast.WebRtc.Sctp.Chunks;

/// <summary>One chunk of a received packet, still in the packet's bytes (RFC 9260, section 3.2).</summary>
internal readonly ref struct SctpChunk(ReadOnlySpan<byte> whole)
{
    /// <summary>The chunk with its header, without padding.</summary>
    public ReadOnlySpan<byte> Whole { get; } = whole;

    public ChunkType Type => (ChunkType)Whole[0];

    public byte Flags => Whole[1];

    public ReadOnlySpan<byte> Value => Whole[4..];

    /// <summary>Takes the next chunk off <paramref name="rest"/>; <see langword="false"/> at the end or at a malformed one.</summary>
    public static bool TryRead(ref ReadOnlySpan<byte> rest, out SctpChunk chunk)
    {
        chunk = default;
        if (rest.Length < 4)
            return false;
        int length = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
        if (length < 4 || length > rest.Length)
            return false;
        chunk = new SctpChunk(rest[..length]);
        rest = rest[Math.Min(rest.Length, (length + 3) & ~3)..];
        return true;
    }

    /// <summary>Encodes a chunk with its padding.</summary>
    public static byte[] Encode(ChunkType type, byte flags, ReadOnlySpan<byte> value)
    {
        var chunk = new byte[(4 + value.Length + 3) & ~3];
        chunk[0] = (byte)type;
        chunk[1] = flags;
        BinaryPrimitives.WriteUInt16BigEndian(chunk.AsSpan(2), (ushort)(4 + value.Length));
        value.CopyTo(chunk.AsSpan(4));
        return chunk;
    }
}
