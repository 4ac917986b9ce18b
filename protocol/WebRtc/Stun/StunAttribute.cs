using System.Buffers.Binary;

namespace Peercast.WebRtc.Stun;

/// <summary>One attribute of a message, RFC 8489 section 14.</summary>
internal readonly ref struct StunAttribute(ushort type, ReadOnlySpan<byte> value)
{
    public ushort Type { get; } = type;

    /// <summary>The value without its padding.</summary>
    public ReadOnlySpan<byte> Value { get; } = value;
}

/// <summary>Walks attributes whose bounds have been checked.</summary>
internal ref struct StunAttributeEnumerator(ReadOnlySpan<byte> attributes)
{
    private ReadOnlySpan<byte> _rest = attributes;
    private StunAttribute _current;

    public readonly StunAttribute Current => _current;

    public readonly StunAttributeEnumerator GetEnumerator() => this;

    public bool MoveNext()
    {
        if (_rest.Length < 4)
            return false;
        int length = BinaryPrimitives.ReadUInt16BigEndian(_rest[2..]);
        _current = new StunAttribute(BinaryPrimitives.ReadUInt16BigEndian(_rest), _rest.Slice(4, length));
        _rest = _rest[(4 + ((length + 3) & ~3))..];
        return true;
    }
}
