using System.Buffers.Binary;

namespace Peercast.Origin.Media;

/// <summary>The first sample entry of a track: codec string (RFC 6381) and picture size.</summary>
internal readonly record struct SampleEntry(string? Codec, int Width, int Height)
{
    /// <summary>Fixed part of a visual sample entry (ISO/IEC 14496-12 section 12.1.3).</summary>
    private const int VisualEntryLength = 78;

    /// <summary>Fixed part of an audio sample entry (ISO/IEC 14496-12 section 12.2.3).</summary>
    private const int AudioEntryLength = 28;

    /// <summary>Looks in the children of <c>minf</c>.</summary>
    public static SampleEntry Find(BoxCursor children)
    {
        while (children.MoveNext())
        {
            if (children.Type == BoxType.Stbl)
            {
                BoxCursor table = children.Children();
                while (table.MoveNext())
                {
                    if (table.Type == BoxType.Stsd)
                    {
                        return Read(table.Children(skip: 8));
                    }
                }
            }
        }

        return default;
    }

    private static SampleEntry Read(BoxCursor entries)
    {
        if (!entries.MoveNext())
        {
            return default;
        }

        ReadOnlySpan<byte> content = entries.Content;
        switch (entries.Type)
        {
            case BoxType.Avc1 or BoxType.Avc3 when content.Length >= VisualEntryLength:
                int width = BinaryPrimitives.ReadUInt16BigEndian(content[24..]);
                int height = BinaryPrimitives.ReadUInt16BigEndian(content[26..]);
                return new SampleEntry(AvcCodec(entries.Type, entries.Children(VisualEntryLength)), width, height);
            case BoxType.Mp4a when content.Length >= AudioEntryLength:
                return new SampleEntry(Mp4aCodec(entries.Children(AudioEntryLength)), 0, 0);
            default:
                return new SampleEntry(BoxType.ToText(entries.Type), 0, 0);
        }
    }

    /// <summary>Profile, constraints and level stand at the start of <c>avcC</c> (ISO/IEC 14496-15 section 5.3.3.1).</summary>
    private static string AvcCodec(uint type, BoxCursor children)
    {
        while (children.MoveNext())
        {
            ReadOnlySpan<byte> content = children.Content;
            if (children.Type == BoxType.AvcC && content.Length >= 4)
            {
                return $"{BoxType.ToText(type)}.{Convert.ToHexStringLower(content[1..4])}";
            }
        }

        return BoxType.ToText(type);
    }

    /// <summary>
    /// The object type is the first five bits of the AudioSpecificConfig (ISO/IEC 14496-3 section 1.6.2.1), carried in
    /// descriptor 5 within 4 within 3 of <c>esds</c> (ISO/IEC 14496-1 section 7.2.6).
    /// </summary>
    private static string Mp4aCodec(BoxCursor children)
    {
        while (children.MoveNext())
        {
            if (children.Type != BoxType.Esds || children.Content.Length < 4)
            {
                continue;
            }

            ReadOnlySpan<byte> rest = children.Content[4..];
            if (TryEnter(ref rest, 3) && Skip(ref rest, 3) && TryEnter(ref rest, 4) && Skip(ref rest, 13) && TryEnter(ref rest, 5)
                && rest.Length > 0)
            {
                return $"mp4a.40.{rest[0] >> 3}";
            }
        }

        return "mp4a.40.2";
    }

    private static bool Skip(ref ReadOnlySpan<byte> rest, int count)
    {
        if (rest.Length < count)
        {
            return false;
        }

        rest = rest[count..];
        return true;
    }

    private static bool TryEnter(ref ReadOnlySpan<byte> rest, byte tag)
    {
        if (rest.Length < 2 || rest[0] != tag)
        {
            return false;
        }

        // The length is one to four bytes of seven bits each; what follows is taken to the end.
        int i = 1;
        while (i < rest.Length && i < 4 && (rest[i] & 0x80) != 0)
        {
            i++;
        }

        return Skip(ref rest, i + 1);
    }
}
