using System.Buffers.Binary;

namespace Peercast.Player.Media;

/// <summary>Builds nested boxes; a box's length is filled in where it ends.</summary>
internal sealed class BoxWriter
{
    private readonly Stack<int> _open = new();
    private byte[] _buffer = new byte[1024];
    private int _length;

    /// <summary>What has been written.</summary>
    public ReadOnlyMemory<byte> Written => _buffer.AsMemory(0, _length);

    /// <summary>Begins a box.</summary>
    public void Begin(uint type)
    {
        _open.Push(_length);
        UInt32(0);
        UInt32(type);
    }

    /// <summary>Begins a full box: with version and flags.</summary>
    public void BeginFull(uint type, byte version, uint flags)
    {
        Begin(type);
        UInt32(((uint)version << 24) | flags);
    }

    /// <summary>Ends the box begun last.</summary>
    public void End()
    {
        var start = _open.Pop();
        BinaryPrimitives.WriteUInt32BigEndian(_buffer.AsSpan(start), (uint)(_length - start));
    }

    /// <summary>Bytes as they are.</summary>
    public void Bytes(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Take(bytes.Length));

    /// <summary>16 bits.</summary>
    public void UInt16(ushort value) => BinaryPrimitives.WriteUInt16BigEndian(Take(2), value);

    /// <summary>32 bits.</summary>
    public void UInt32(uint value) => BinaryPrimitives.WriteUInt32BigEndian(Take(4), value);

    /// <summary>64 bits.</summary>
    public void UInt64(ulong value) => BinaryPrimitives.WriteUInt64BigEndian(Take(8), value);

    private Span<byte> Take(int count)
    {
        if (_length + count > _buffer.Length)
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _length + count));
        _length += count;
        return _buffer.AsSpan(_length - count, count);
    }
}
