using Peercast.Protocol.Primitives;

namespace Peercast.Protocol.Wire;

/// <summary>One DATA message that is not encoded yet: which part of which chunk answers which request.</summary>
/// <param name="Request">The request that it answers.</param>
/// <param name="Chunk">Which chunk.</param>
/// <param name="Offset">Where the payload begins in the chunk; a multiple of the fragment length.</param>
/// <param name="Bytes">The whole chunk; must not change any more.</param>
public readonly record struct DataFragment(uint Request, ChunkId Chunk, int Offset, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>The payload.</summary>
    public ReadOnlyMemory<byte> Payload => Bytes.Slice(Offset, Math.Min(DataMessage.FragmentLength, Bytes.Length - Offset));

    /// <summary>Bytes of the message that <see cref="Encode"/> makes.</summary>
    public int MessageLength => DataMessage.HeaderLength + Math.Min(DataMessage.FragmentLength, Bytes.Length - Offset);

    /// <summary>The message as WIRE.md has it.</summary>
    public byte[] Encode() => DataMessage.Encode(Request, Chunk, Offset, Bytes.Span);
}
