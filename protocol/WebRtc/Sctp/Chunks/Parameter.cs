using System.Buffers.Binary;

namespace Peercast.WebRtc.Sctp.Chunks;

/// <summary>
/// A type-length-value parameter of INIT or RE-CONFIG (RFC 9260, section 3.2.1); error causes have the same shape
/// (section 3.3.10).
/// </summary>
internal readonly ref struct Parameter(ReadOnlySpan<byte> whole)
{
    /// <summary>The parameter with its header, without padding.</summary>
    public ReadOnlySpan<byte> Whole { get; } = whole;

    public ushort Type => BinaryPrimitives.ReadUInt16BigEndian(Whole);

    public ReadOnlySpan<byte> Value => Whole[4..];

    /// <summary>Takes the next parameter off <paramref name="rest"/>; <see langword="false"/> at the end or at a malformed one.</summary>
    public static bool TryRead(ref ReadOnlySpan<byte> rest, out Parameter parameter)
    {
        parameter = default;
        if (rest.Length < 4)
            return false;
        int length = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
        if (length < 4 || length > rest.Length)
            return false;
        parameter = new Parameter(rest[..length]);
        rest = rest[Math.Min(rest.Length, (length + 3) & ~3)..];
        return true;
    }

    /// <summary>Bytes that a parameter takes, padding included.</summary>
    public static int SizeOf(int valueLength) => (4 + valueLength + 3) & ~3;

    /// <summary>Writes a parameter with its padding and returns what follows it.</summary>
    public static Span<byte> Write(Span<byte> destination, ushort type, ReadOnlySpan<byte> value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(destination, type);
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)(4 + value.Length));
        value.CopyTo(destination[4..]);
        int size = SizeOf(value.Length);
        destination[(4 + value.Length)..size].Clear();
        return destination[size..];
    }
}
