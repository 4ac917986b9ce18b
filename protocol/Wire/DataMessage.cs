using System.Buffers.Binary;
using Peercast.Protocol.Primitives;

namespace Peercast.Protocol.Wire;

/// <summary>One fragment of a chunk; the only message on the data channel. WIRE.md, section "DATA". A view over the received bytes.</summary>
internal readonly ref struct DataMessage
{
    /// <summary>Bytes before the payload.</summary>
    public const int HeaderLength = 21;

    /// <summary>
    /// A fragment is cut after a multiple of so many bytes, or at the end of its chunk: one with the header fills a packet, and the packets of
    /// more are full, too.
    /// </summary>
    public const int Unit = 1135 - HeaderLength;

    /// <summary>The longest payload: what fits into <see cref="WireFormat.MaxMessageLength"/>.</summary>
    public const int MaxPayload = (WireFormat.MaxMessageLength - HeaderLength) / Unit * Unit;

    /// <summary>A fragment that never was encoded.</summary>
    public DataMessage(in DataFragment fragment)
        : this(fragment.Request, fragment.Chunk, fragment.Offset, fragment.Bytes.Length, fragment.Payload.Span) => Whole = fragment.Bytes;

    private DataMessage(uint request, ChunkId chunk, int offset, int total, ReadOnlySpan<byte> payload)
    {
        Request = request;
        Chunk = chunk;
        Offset = offset;
        Total = total;
        Payload = payload;
    }

    /// <summary>The request that it answers.</summary>
    public uint Request { get; }

    /// <summary>Which chunk.</summary>
    public ChunkId Chunk { get; }

    /// <summary>Where the payload belongs; a multiple of <see cref="Unit"/>.</summary>
    public int Offset { get; }

    /// <summary>The chunk's length in bytes.</summary>
    public int Total { get; }

    /// <summary>The bytes.</summary>
    public ReadOnlySpan<byte> Payload { get; }

    /// <summary>The whole chunk, where the transport carried it by reference; else empty.</summary>
    public ReadOnlyMemory<byte> Whole { get; }

    /// <summary>Encodes a fragment.</summary>
    public static byte[] Encode(in DataFragment fragment)
    {
        ReadOnlySpan<byte> payload = fragment.Payload.Span;
        byte[] message = GC.AllocateUninitializedArray<byte>(HeaderLength + payload.Length);
        message[0] = (byte)MessageType.Data;
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(1), fragment.Request);
        BinaryPrimitives.WriteInt64BigEndian(message.AsSpan(5), fragment.Chunk.Value);
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(13), fragment.Offset);
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(17), fragment.Bytes.Length);
        payload.CopyTo(message.AsSpan(HeaderLength));
        return message;
    }

    public static bool TryDecode(ReadOnlySpan<byte> message, out DataMessage result, out WireError error)
    {
        result = default;
        if (message.Length is <= HeaderLength or > WireFormat.MaxMessageLength)
        {
            error = WireError.Length;
            return false;
        }

        if (message[0] != (byte)MessageType.Data)
        {
            error = WireError.UnknownType;
            return false;
        }

        int offset = BinaryPrimitives.ReadInt32BigEndian(message[13..]);
        int total = BinaryPrimitives.ReadInt32BigEndian(message[17..]);
        if (!WireFormat.TryReadId(message[5..], out ChunkId chunk)
            || total is < 1 or > Chunks.ChunkInfo.MaxLength
            || offset < 0 || offset >= total || offset % Unit != 0)
        {
            error = WireError.Value;
            return false;
        }

        ReadOnlySpan<byte> payload = message[HeaderLength..];
        bool isLast = payload.Length == total - offset;
        if (payload.Length > Math.Min(MaxPayload, total - offset) || (!isLast && payload.Length % Unit != 0))
        {
            error = WireError.Length;
            return false;
        }

        error = WireError.None;
        result = new DataMessage(BinaryPrimitives.ReadUInt32BigEndian(message[1..]), chunk, offset, total, payload);
        return true;
    }
}
