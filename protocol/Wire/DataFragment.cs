using Peercast.Protocol.Primitives;

namespace Peercast.Protocol.Wire;

/// <summary>One DATA message that is not encoded yet: which part of which chunk answers which request.</summary>
/// <param name="Request">The request that it answers.</param>
/// <param name="Chunk">Which chunk.</param>
/// <param name="Offset">Where the payload begins in the chunk, and, but at its end, where it ends: a multiple of 1,114 bytes.</param>
/// <param name="Length">Bytes of the payload, at most 15,596.</param>
/// <param name="Bytes">The whole chunk; must not change any more.</param>
public readonly record struct DataFragment(uint Request, ChunkId Chunk, int Offset, int Length, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>The payload.</summary>
    public ReadOnlyMemory<byte> Payload => Bytes.Slice(Offset, Length);

    /// <summary>Bytes of the message that <see cref="Encode"/> makes.</summary>
    public int MessageLength => DataMessage.HeaderLength + Length;

    /// <summary>The message as WIRE.md has it.</summary>
    public byte[] Encode() => DataMessage.Encode(this);

    /// <summary>The fragment of a chunk that begins at an offset.</summary>
    /// <param name="request">The request that it answers.</param>
    /// <param name="chunk">Which chunk.</param>
    /// <param name="offset">Where the one before it ended.</param>
    /// <param name="bytes">The whole chunk.</param>
    /// <param name="maxPayload">At most so many bytes of it; a multiple of 1,114.</param>
    public static DataFragment At(uint request, ChunkId chunk, int offset, ReadOnlyMemory<byte> bytes, int maxPayload = DataMessage.MaxPayload) =>
        new(request, chunk, offset, Math.Min(maxPayload, bytes.Length - offset), bytes);
}
