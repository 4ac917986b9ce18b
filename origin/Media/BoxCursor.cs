using System.Buffers.Binary;

namespace Peercast.Origin.Media;

/// <summary>
/// Walks the boxes inside one span (ISO/IEC 14496-12 section 4.2). Never throws: a box that does not fit ends the walk
/// and sets <see cref="Malformed"/>.
/// </summary>
internal ref struct BoxCursor(ReadOnlySpan<byte> bytes, int start, int end)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private readonly int _end = end;
    private int _next = start;

    /// <summary>The code of the current box.</summary>
    public uint Type { get; private set; }

    /// <summary>Where the current box's content begins in the whole span.</summary>
    public int ContentStart { get; private set; }

    /// <summary>Where the current box begins in the whole span.</summary>
    public int BoxStart { get; private set; }

    /// <summary>Where the current box ends in the whole span.</summary>
    public int ContentEnd { get; private set; }

    /// <summary>A box overran its parent.</summary>
    public bool Malformed { get; private set; }

    /// <summary>The current box's content.</summary>
    public readonly ReadOnlySpan<byte> Content => _bytes[ContentStart..ContentEnd];

    /// <summary>The boxes within the current one.</summary>
    /// <param name="skip">Bytes of the content before the first of them.</param>
    public readonly BoxCursor Children(int skip = 0) => new(_bytes, Math.Min(ContentStart + skip, ContentEnd), ContentEnd);

    /// <summary>Moves to the next box.</summary>
    public bool MoveNext()
    {
        int left = _end - _next;
        if (left == 0 || Malformed)
        {
            return false;
        }

        if (left < 8)
        {
            Malformed = true;
            return false;
        }

        ReadOnlySpan<byte> box = _bytes[_next.._end];
        long size = BinaryPrimitives.ReadUInt32BigEndian(box);
        int header = 8;
        if (size == 1 && left >= 16)
        {
            size = BinaryPrimitives.ReadInt64BigEndian(box[8..]);
            header = 16;
        }

        // Size 0 (to the end of the file) has no place inside another box.
        if (size < header || size > left)
        {
            Malformed = true;
            return false;
        }

        Type = BinaryPrimitives.ReadUInt32BigEndian(box[4..]);
        BoxStart = _next;
        ContentStart = _next + header;
        ContentEnd = _next + (int)size;
        _next = ContentEnd;
        return true;
    }
}
