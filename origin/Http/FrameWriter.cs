using System.Buffers;
using System.Buffers.Binary;

namespace Peercast.Origin.Http;

/// <summary>Several things in one body; HTTP.md, "Framing".</summary>
internal sealed class FrameWriter
{
    /// <summary>What <see cref="AddChunk"/> writes beside the chunk: kind, length, id.</summary>
    public const int ChunkOverhead = 1 + sizeof(int) + sizeof(long);

    private const byte InitKind = 1;
    private const byte BatchKind = 2;
    private const byte ChunkKind = 3;

    private readonly ArrayBufferWriter<byte> _buffer = new(64 * 1024);

    /// <summary>All frames so far.</summary>
    public ReadOnlyMemory<byte> Written => _buffer.WrittenMemory;

    /// <summary>Length and content.</summary>
    public void Add(ReadOnlySpan<byte> content)
    {
        WriteLength(content.Length);
        _buffer.Write(content);
    }

    /// <summary>An init segment and its index.</summary>
    public void AddInit(int index, ReadOnlySpan<byte> content)
    {
        WriteKind(InitKind);
        WriteLength(content.Length + sizeof(int));
        WriteLength(index);
        _buffer.Write(content);
    }

    /// <summary>A signed batch.</summary>
    public void AddBatch(ReadOnlySpan<byte> content)
    {
        WriteKind(BatchKind);
        Add(content);
    }

    /// <summary>A chunk and its id.</summary>
    public void AddChunk(long id, ReadOnlySpan<byte> content)
    {
        WriteKind(ChunkKind);
        WriteLength(content.Length + sizeof(long));
        BinaryPrimitives.WriteInt64BigEndian(_buffer.GetSpan(sizeof(long)), id);
        _buffer.Advance(sizeof(long));
        _buffer.Write(content);
    }

    private void WriteKind(byte kind)
    {
        _buffer.GetSpan(1)[0] = kind;
        _buffer.Advance(1);
    }

    private void WriteLength(int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(_buffer.GetSpan(sizeof(int)), value);
        _buffer.Advance(sizeof(int));
    }
}
