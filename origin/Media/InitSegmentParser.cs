using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Peercast.Protocol.Primitives;

namespace Peercast.Origin.Media;

/// <summary>Reads <c>ftyp</c> + <c>moov</c>. Never throws on any bytes.</summary>
internal static class InitSegmentParser
{
    /// <summary>Reads the boxes and takes the edit lists out.</summary>
    /// <param name="boxes">A <c>ftyp</c> (or none) and a <c>moov</c>; changed in place: <c>edts</c> becomes <c>free</c>.</param>
    /// <param name="init">What was read.</param>
    public static bool TryParse(byte[] boxes, [NotNullWhen(true)] out InitSegment? init)
    {
        init = null;
        var tracks = ImmutableArray.CreateBuilder<TrackInfo>();
        var edits = new List<int>();
        var top = new BoxCursor(boxes, 0, boxes.Length);
        while (top.MoveNext())
        {
            if (top.Type == BoxType.Moov && !ReadMovie(top, tracks, edits))
            {
                return false;
            }
        }

        if (top.Malformed || tracks.Count is 0 or > InitSegment.MaxTracks)
        {
            return false;
        }

        foreach (int start in edits)
        {
            BinaryPrimitives.WriteUInt32BigEndian(boxes.AsSpan(start + 4), BoxType.Free);
        }

        init = new InitSegment(boxes, Hash256.Of(boxes), tracks.ToImmutable());
        return true;
    }

    private static bool ReadMovie(BoxCursor movie, ImmutableArray<TrackInfo>.Builder tracks, List<int> edits)
    {
        uint movieTimescale = 1000;
        var defaults = new Dictionary<uint, (uint Duration, uint Flags)>();
        BoxCursor children = movie.Children();
        while (children.MoveNext())
        {
            ReadOnlySpan<byte> content = children.Content;
            switch (children.Type)
            {
                case BoxType.Mvhd:
                    if (!TryReadTimescale(content, out movieTimescale))
                    {
                        return false;
                    }

                    break;
                case BoxType.Mvex:
                    ReadDefaults(children.Children(), defaults);
                    break;
                default:
                    break;
            }
        }

        BoxCursor again = movie.Children();
        while (again.MoveNext())
        {
            if (again.Type != BoxType.Trak)
            {
                continue;
            }

            if (tracks.Count > InitSegment.MaxTracks || !TryReadTrack(again, movieTimescale, edits, out TrackInfo? track))
            {
                return false;
            }

            if (track is not null)
            {
                (uint duration, uint flags) = defaults.GetValueOrDefault(track.Id);
                tracks.Add(track with { DefaultDuration = duration, DefaultFlags = flags });
            }
        }

        return !children.Malformed;
    }

    /// <summary><c>mvhd</c> and <c>mdhd</c> hold the timescale at the same place (ISO/IEC 14496-12 sections 8.2.2 and 8.4.2).</summary>
    private static bool TryReadTimescale(ReadOnlySpan<byte> content, out uint timescale)
    {
        timescale = 0;
        int at = content.Length > 0 && content[0] == 1 ? 20 : 12;
        if (content.Length < at + 4)
        {
            return false;
        }

        timescale = BinaryPrimitives.ReadUInt32BigEndian(content[at..]);
        return timescale is > 0 and <= 1_000_000_000;
    }

    private static void ReadDefaults(BoxCursor children, Dictionary<uint, (uint Duration, uint Flags)> defaults)
    {
        while (children.MoveNext() && defaults.Count < 64)
        {
            ReadOnlySpan<byte> content = children.Content;
            if (children.Type == BoxType.Trex && content.Length >= 24)
            {
                uint duration = BinaryPrimitives.ReadUInt32BigEndian(content[12..]);
                uint flags = BinaryPrimitives.ReadUInt32BigEndian(content[20..]);
                defaults[BinaryPrimitives.ReadUInt32BigEndian(content[4..])] = (duration, flags);
            }
        }
    }

    private static bool TryReadTrack(BoxCursor trak, uint movieTimescale, List<int> edits, out TrackInfo? track)
    {
        track = null;
        uint id = 0;
        uint timescale = 0;
        uint handler = 0;
        (long Empty, long MediaTime) edit = default;
        var entry = default(SampleEntry);
        BoxCursor children = trak.Children();
        while (children.MoveNext())
        {
            switch (children.Type)
            {
                case BoxType.Tkhd:
                    ReadOnlySpan<byte> header = children.Content;
                    int at = header.Length > 0 && header[0] == 1 ? 20 : 12;
                    if (header.Length < at + 4)
                    {
                        return false;
                    }

                    id = BinaryPrimitives.ReadUInt32BigEndian(header[at..]);
                    break;
                case BoxType.Edts:
                    edits.Add(children.BoxStart);
                    edit = ReadEdits(children.Children());
                    break;
                case BoxType.Mdia:
                    if (!ReadMedia(children.Children(), ref timescale, ref handler, ref entry))
                    {
                        return false;
                    }

                    break;
                default:
                    break;
            }
        }

        if (children.Malformed || id == 0 || timescale == 0)
        {
            return false;
        }

        if (handler is BoxType.HandlerVideo or BoxType.HandlerAudio)
        {
            long empty = (long)Int128.Min((Int128)edit.Empty * timescale / movieTimescale, 1L << 50);
            track = new TrackInfo(
                id, handler == BoxType.HandlerVideo, timescale, empty - edit.MediaTime, entry.Codec ?? "", entry.Width, entry.Height, 0, 0);
        }

        return true;
    }

    /// <summary>
    /// <c>elst</c> (ISO/IEC 14496-12 section 8.6.6): empty edits delay the track, the first other one says which media
    /// time comes first. Anything past a day is nonsense in a live stream and counts as nothing.
    /// </summary>
    private static (long Empty, long MediaTime) ReadEdits(BoxCursor children)
    {
        const long Limit = 1L << 40;
        while (children.MoveNext())
        {
            ReadOnlySpan<byte> content = children.Content;
            if (children.Type != BoxType.Elst || content.Length < 8)
            {
                continue;
            }

            bool wide = content[0] == 1;
            int size = wide ? 20 : 12;
            long empty = 0;
            for (ReadOnlySpan<byte> rest = content[8..]; rest.Length >= size; rest = rest[size..])
            {
                long duration = wide ? BinaryPrimitives.ReadInt64BigEndian(rest) : BinaryPrimitives.ReadUInt32BigEndian(rest);
                long time = wide ? BinaryPrimitives.ReadInt64BigEndian(rest[8..]) : BinaryPrimitives.ReadInt32BigEndian(rest[4..]);
                if (time >= 0)
                {
                    return (empty, time < Limit ? time : 0);
                }

                empty = duration is >= 0 and < Limit && empty < Limit ? empty + duration : 0;
            }
        }

        return default;
    }

    private static bool ReadMedia(BoxCursor children, ref uint timescale, ref uint handler, ref SampleEntry entry)
    {
        while (children.MoveNext())
        {
            ReadOnlySpan<byte> content = children.Content;
            switch (children.Type)
            {
                case BoxType.Mdhd:
                    if (!TryReadTimescale(content, out timescale))
                    {
                        return false;
                    }

                    break;
                case BoxType.Hdlr when content.Length >= 12:
                    handler = BinaryPrimitives.ReadUInt32BigEndian(content[8..]);
                    break;
                case BoxType.Minf:
                    entry = SampleEntry.Find(children.Children());
                    break;
                default:
                    break;
            }
        }

        return !children.Malformed;
    }
}
