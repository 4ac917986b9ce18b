using System.Buffers.Binary;
using Peercast.Player.Playback;

namespace Peercast.Player.Media;

/// <summary>One track of an <see cref="InitSegment"/>, with the sample defaults of its <c>trex</c> box.</summary>
/// <param name="Id">As fragments name it.</param>
/// <param name="TimeScale">Units per second of its times, 1 or more.</param>
/// <param name="DefaultDuration">Of a sample, unless its fragment says otherwise.</param>
/// <param name="DefaultSize">In bytes, likewise.</param>
/// <param name="DefaultFlags">Likewise.</param>
internal sealed record InitTrack(uint Id, uint TimeScale, uint DefaultDuration, uint DefaultSize, uint DefaultFlags);

/// <summary>The init segment of a fragmented MP4: its tracks, and the bytes they were read from.</summary>
internal sealed class InitSegment
{
    private const int MaxTracks = 32;

    private InitSegment(ReadOnlyMemory<byte> bytes, int fileTypeLength, int movieStart, int movieLength, IReadOnlyList<InitTrack> tracks)
    {
        Bytes = bytes;
        FileType = bytes[..fileTypeLength];
        Movie = bytes.Slice(movieStart, movieLength);
        Tracks = tracks;
    }

    /// <summary>All of it.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>The <c>ftyp</c> box; empty when it has none in front.</summary>
    public ReadOnlyMemory<byte> FileType { get; }

    /// <summary>The <c>moov</c> box, header included.</summary>
    public ReadOnlyMemory<byte> Movie { get; }

    /// <summary>Its tracks, 1 or more.</summary>
    public IReadOnlyList<InitTrack> Tracks { get; }

    /// <summary>The picture of the first video track; null when there is none.</summary>
    public PictureShape? Picture { get; private init; }

    /// <summary>Reads it; false when it is none, never throws on its bytes.</summary>
    public static bool TryParse(ReadOnlyMemory<byte> bytes, out InitSegment? init)
    {
        init = null;
        var fileType = 0;
        var boxes = new BoxReader(bytes.Span);
        while (boxes.Read())
        {
            if (boxes.Type == BoxType.Ftyp && boxes.Start == 0)
                fileType = boxes.Whole.Length;
            if (boxes.Type != BoxType.Moov)
                continue;
            if (!TryReadTracks(boxes.Content, out var tracks))
                return false;
            init = new InitSegment(bytes, fileType, boxes.Start, boxes.Whole.Length, tracks) { Picture = FindPicture(boxes.Content) };
            return true;
        }

        return false;
    }

    private static bool TryReadTracks(ReadOnlySpan<byte> movie, out List<InitTrack> tracks)
    {
        tracks = [];
        var boxes = new BoxReader(movie);
        while (boxes.Read())
        {
            if (boxes.Type != BoxType.Trak)
                continue;
            if (tracks.Count == MaxTracks || !TryReadTrack(boxes.Content, movie, out var track))
                return false;
            tracks.Add(track!);
        }

        return boxes.AtEnd && tracks.Count > 0 && tracks.DistinctBy(t => t.Id).Count() == tracks.Count;
    }

    private static bool TryReadTrack(ReadOnlySpan<byte> content, ReadOnlySpan<byte> movie, out InitTrack? track)
    {
        track = null;
        if (!BoxReader.TryFind(content, BoxType.Tkhd, out var header)
            || !BoxReader.TryFind(content, BoxType.Mdia, out var media)
            || !BoxReader.TryFind(media, BoxType.Mdhd, out var mediaHeader)
            || !BoxReader.TryFind(media, BoxType.Minf, out var information)
            || !BoxReader.TryFind(information, BoxType.Stbl, out var table)
            || !BoxReader.TryFind(table, BoxType.Stsd, out _))
        {
            return false;
        }

        // Version 1 has two 64-bit times before the field, version 0 two of 32 bits (sections 8.3.2 and 8.4.2).
        if (!TryReadUInt32(header, header.IsEmpty || header[0] == 0 ? 12 : 20, out var id)
            || !TryReadUInt32(mediaHeader, mediaHeader.IsEmpty || mediaHeader[0] == 0 ? 12 : 20, out var timeScale)
            || timeScale == 0)
        {
            return false;
        }

        track = new InitTrack(id, timeScale, 0, 0, 0);
        if (!BoxReader.TryFind(movie, BoxType.Mvex, out var extends))
            return true;
        var boxes = new BoxReader(extends);
        while (boxes.Read())
        {
            var trex = boxes.Content;
            if (boxes.Type != BoxType.Trex || trex.Length < 24 || BinaryPrimitives.ReadUInt32BigEndian(trex[4..]) != id)
                continue;
            track = track with
            {
                DefaultDuration = BinaryPrimitives.ReadUInt32BigEndian(trex[12..]),
                DefaultSize = BinaryPrimitives.ReadUInt32BigEndian(trex[16..]),
                DefaultFlags = BinaryPrimitives.ReadUInt32BigEndian(trex[20..]),
            };
        }

        return true;
    }

    /// <summary>VisualSampleEntry (section 12.1.3), in the first track whose handler is <c>vide</c>.</summary>
    private static PictureShape? FindPicture(ReadOnlySpan<byte> movie)
    {
        const int HandlerOffset = 8;
        const int EntriesOffset = 8;
        const int WidthOffset = 24;
        const int HeightOffset = 26;
        const int ChildrenOffset = 78;
        var tracks = new BoxReader(movie);
        while (tracks.Read())
        {
            if (tracks.Type != BoxType.Trak
                || !BoxReader.TryFind(tracks.Content, BoxType.Mdia, out var media)
                || !BoxReader.TryFind(media, BoxType.Hdlr, out var handler)
                || !TryReadUInt32(handler, HandlerOffset, out var kind)
                || kind != BoxType.Vide
                || !BoxReader.TryFind(media, BoxType.Minf, out var information)
                || !BoxReader.TryFind(information, BoxType.Stbl, out var table)
                || !BoxReader.TryFind(table, BoxType.Stsd, out var descriptions)
                || descriptions.Length < EntriesOffset)
            {
                continue;
            }

            var entries = new BoxReader(descriptions[EntriesOffset..]);
            if (!entries.Read() || entries.Content.Length < ChildrenOffset)
                return null;
            var width = BinaryPrimitives.ReadUInt16BigEndian(entries.Content[WidthOffset..]);
            var height = BinaryPrimitives.ReadUInt16BigEndian(entries.Content[HeightOffset..]);
            if (width == 0 || height == 0)
                return null;
            var aspect = 1.0;
            if (BoxReader.TryFind(entries.Content[ChildrenOffset..], BoxType.Pasp, out var pasp)
                && TryReadUInt32(pasp, 0, out var across)
                && TryReadUInt32(pasp, 4, out var down)
                && across is > 0 and < 65_536
                && down is > 0 and < 65_536)
            {
                aspect = (double)across / down;
            }

            return new PictureShape(width, height, aspect);
        }

        return null;
    }

    private static bool TryReadUInt32(ReadOnlySpan<byte> content, int offset, out uint value)
    {
        value = 0;
        if (content.Length < offset + 4)
            return false;
        value = BinaryPrimitives.ReadUInt32BigEndian(content[offset..]);
        return true;
    }
}
