using System.Buffers.Binary;
using Peercast.WebRtc.Sctp.Chunks;

namespace Peercast.WebRtc.Sctp;

/// <summary>Writes one packet: the common header (RFC 9260, section 3.1), then chunks padded to whole words.</summary>
internal ref struct PacketBuilder
{
    public const int HeaderSize = 12;
    private const int ChunkHeaderSize = 4;
    private readonly Span<byte> _buffer;
    private int _length;

    public PacketBuilder(Span<byte> buffer, ushort sourcePort, ushort destinationPort, uint verificationTag)
    {
        _buffer = buffer;
        _length = HeaderSize;
        BinaryPrimitives.WriteUInt16BigEndian(buffer, sourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(buffer[2..], destinationPort);
        BinaryPrimitives.WriteUInt32BigEndian(buffer[4..], verificationTag);
    }

    /// <summary>No chunk has been written.</summary>
    public readonly bool IsEmpty => _length == HeaderSize;

    /// <summary>Bytes written.</summary>
    public readonly int Length => _length;

    /// <summary>Room for one more chunk, its own header included.</summary>
    public readonly int Remaining => (_buffer.Length - _length) & ~3;

    /// <summary>Appends a chunk's header and padding; the caller fills the value. It must fit in <see cref="Remaining"/>.</summary>
    public Span<byte> Append(ChunkType type, byte flags, int valueLength)
    {
        int size = ChunkHeaderSize + valueLength;
        int padded = (size + 3) & ~3;
        var chunk = _buffer.Slice(_length, padded);
        chunk[0] = (byte)type;
        chunk[1] = flags;
        BinaryPrimitives.WriteUInt16BigEndian(chunk[2..], (ushort)size);
        chunk[size..].Clear();
        _length += padded;
        return chunk.Slice(ChunkHeaderSize, valueLength);
    }

    /// <summary>Appends a chunk that is already encoded and padded.</summary>
    public void AppendEncoded(ReadOnlySpan<byte> chunk)
    {
        chunk.CopyTo(_buffer[_length..]);
        _length += chunk.Length;
    }

    /// <summary>Writes the checksum, which alone in SCTP is little-endian, and returns the packet's length.</summary>
    public readonly int Finish()
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_buffer[8..], Crc32c.OfPacket(_buffer[.._length]));
        return _length;
    }
}
