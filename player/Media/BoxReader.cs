using System.Buffers.Binary;

namespace Peercast.Player.Media;

/// <summary>Walks the boxes of an ISO base media file (ISO/IEC 14496-12 section 4.2) that lie side by side in memory.</summary>
internal ref struct BoxReader
{
    private readonly ReadOnlySpan<byte> _data;
    private int _next;

    /// <summary>Over boxes that fill <paramref name="data"/>.</summary>
    public BoxReader(ReadOnlySpan<byte> data)
    {
        _data = data;
        _next = 0;
    }

    /// <summary>The box's four characters as a big-endian number, see <see cref="BoxType"/>.</summary>
    public uint Type { get; private set; }

    /// <summary>Where the box begins, its header included.</summary>
    public int Start { get; private set; }

    /// <summary>Where its content begins.</summary>
    public int ContentStart { get; private set; }

    /// <summary>What is in it.</summary>
    public readonly ReadOnlySpan<byte> Content => _data[ContentStart.._next];

    /// <summary>All of it.</summary>
    public readonly ReadOnlySpan<byte> Whole => _data[Start.._next];

    /// <summary>Whether the last <see cref="Read"/> came to the end rather than to something that is no box.</summary>
    public readonly bool AtEnd => _next == _data.Length;

    /// <summary>Goes to the next box; false at the end and at anything that is no whole box.</summary>
    public bool Read()
    {
        var rest = _data[_next..];
        if (rest.Length < 8)
            return false;
        ulong length = BinaryPrimitives.ReadUInt32BigEndian(rest);
        var header = 8;
        if (length == 1)
        {
            if (rest.Length < 16)
                return false;
            length = BinaryPrimitives.ReadUInt64BigEndian(rest[8..]);
            header = 16;
        }
        else if (length == 0)
        {
            length = (ulong)rest.Length;
        }

        if (length < (ulong)header || length > (ulong)rest.Length)
            return false;
        Type = BinaryPrimitives.ReadUInt32BigEndian(rest[4..]);
        Start = _next;
        ContentStart = _next + header;
        _next += (int)length;
        return true;
    }

    /// <summary>The content of the first box of this type; false when there is none.</summary>
    public static bool TryFind(ReadOnlySpan<byte> data, uint type, out ReadOnlySpan<byte> content)
    {
        var reader = new BoxReader(data);
        while (reader.Read())
        {
            if (reader.Type != type)
                continue;
            content = reader.Content;
            return true;
        }

        content = default;
        return false;
    }
}
