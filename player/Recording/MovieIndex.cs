using System.Buffers.Binary;
using Peercast.Player.Media;

namespace Peercast.Player.Recording;

/// <summary>
/// Writes the <c>moov</c> box of a finished recording: the init segment's, with sample tables in place of the fragments'
/// and edit lists that start every track at its own moment from 0.
/// </summary>
internal static class MovieIndex
{
    /// <summary>Units per second of the movie's own times: divides into common frame rates.</summary>
    private const uint TimeScale = 90_000;

    /// <summary>The box.</summary>
    /// <param name="init">Describes the tracks.</param>
    /// <param name="tables">Of those tracks that have samples.</param>
    /// <param name="isComplete">Nothing would have followed; otherwise tracks end where their pictures are no longer whole.</param>
    public static ReadOnlyMemory<byte> Build(InitSegment init, IReadOnlyCollection<TrackTable> tables, bool isComplete)
    {
        var start = tables.Min(t => Rescale(t.FirstPresentationTime, t.Track.TimeScale, TimeScale));
        var writer = new BoxWriter();
        writer.Begin(BoxType.Moov);
        var boxes = new BoxReader(init.Movie.Span[8..]);
        while (boxes.Read())
        {
            switch (boxes.Type)
            {
                case BoxType.Mvhd:
                    WriteMovieHeader(writer, boxes.Content, tables.Max(t => Delay(t, start) + Length(t, isComplete)));
                    break;
                case BoxType.Trak:
                    WriteTrack(writer, boxes.Content, tables, start, isComplete);
                    break;
                case BoxType.Mvex:
                    break;
                default:
                    writer.Bytes(boxes.Whole);
                    break;
            }
        }

        writer.End();
        return writer.Written;
    }

    /// <summary>How long after the movie's start the track is shown first, in movie units.</summary>
    private static long Delay(TrackTable table, long start) =>
        Rescale(table.FirstPresentationTime, table.Track.TimeScale, TimeScale) - start;

    /// <summary>How long it is shown, in movie units.</summary>
    private static long Length(TrackTable table, bool isComplete) => Rescale(
        (isComplete ? table.LastPresentationEnd : table.WholeUntil) - table.FirstPresentationTime, table.Track.TimeScale, TimeScale);

    private static void WriteMovieHeader(BoxWriter writer, ReadOnlySpan<byte> old, long duration)
    {
        // Creation time, modification time, time scale and duration change or grow; the rest is kept (section 8.2.2).
        var rest = old[(old[0] == 0 ? 20 : 32)..];
        var version = duration > uint.MaxValue ? (byte)1 : (byte)0;
        writer.BeginFull(BoxType.Mvhd, version, 0);
        WriteTime(writer, version, 0);
        WriteTime(writer, version, 0);
        writer.UInt32(TimeScale);
        WriteTime(writer, version, duration);
        writer.Bytes(rest);
        writer.End();
    }

    private static void WriteTrack(BoxWriter writer, ReadOnlySpan<byte> trak, IReadOnlyCollection<TrackTable> tables, long start, bool isComplete)
    {
        BoxReader.TryFind(trak, BoxType.Tkhd, out var header);
        var id = BinaryPrimitives.ReadUInt32BigEndian(header[(header[0] == 0 ? 12 : 20)..]);
        if (tables.FirstOrDefault(t => t.Track.Id == id) is not { } table)
            return;
        writer.Begin(BoxType.Trak);
        var boxes = new BoxReader(trak);
        while (boxes.Read())
        {
            switch (boxes.Type)
            {
                case BoxType.Tkhd:
                    WriteTrackHeader(writer, header, id, Delay(table, start) + Length(table, isComplete));
                    WriteEdits(writer, table, start, isComplete);
                    break;
                case BoxType.Edts:
                    break;
                case BoxType.Mdia:
                    WriteMedia(writer, boxes.Content, table);
                    break;
                default:
                    writer.Bytes(boxes.Whole);
                    break;
            }
        }

        writer.End();
    }

    private static void WriteTrackHeader(BoxWriter writer, ReadOnlySpan<byte> old, uint id, long duration)
    {
        var rest = old[(old[0] == 0 ? 24 : 36)..];
        var version = duration > uint.MaxValue ? (byte)1 : (byte)0;
        writer.BeginFull(BoxType.Tkhd, version, BinaryPrimitives.ReadUInt32BigEndian(old) & 0xFF_FFFF);
        WriteTime(writer, version, 0);
        WriteTime(writer, version, 0);
        writer.UInt32(id);
        writer.UInt32(0);
        WriteTime(writer, version, duration);
        writer.Bytes(rest);
        writer.End();
    }

    /// <summary>Section 8.6.6: nothing for the track's delay, then the track from the sample that is shown first.</summary>
    private static void WriteEdits(BoxWriter writer, TrackTable table, long start, bool isComplete)
    {
        const uint Rate = 0x1_0000;
        var delay = Delay(table, start);
        writer.Begin(BoxType.Edts);
        writer.BeginFull(BoxType.Elst, 1, 0);
        writer.UInt32(delay > 0 ? 2u : 1u);
        if (delay > 0)
        {
            writer.UInt64((ulong)delay);
            writer.UInt64(ulong.MaxValue);
            writer.UInt32(Rate);
        }

        writer.UInt64((ulong)Length(table, isComplete));
        writer.UInt64((ulong)Math.Max(0, table.FirstPresentationTime - table.FirstDecodeTime));
        writer.UInt32(Rate);
        writer.End();
        writer.End();
    }

    private static void WriteMedia(BoxWriter writer, ReadOnlySpan<byte> media, TrackTable table)
    {
        writer.Begin(BoxType.Mdia);
        var boxes = new BoxReader(media);
        while (boxes.Read())
        {
            switch (boxes.Type)
            {
                case BoxType.Mdhd:
                    var language = boxes.Content[(boxes.Content[0] == 0 ? 20 : 32)..];
                    var version = table.Duration > uint.MaxValue ? (byte)1 : (byte)0;
                    writer.BeginFull(BoxType.Mdhd, version, 0);
                    WriteTime(writer, version, 0);
                    WriteTime(writer, version, 0);
                    writer.UInt32(table.Track.TimeScale);
                    WriteTime(writer, version, table.Duration);
                    writer.Bytes(language);
                    writer.End();
                    break;
                case BoxType.Minf:
                    WriteInformation(writer, boxes.Content, table);
                    break;
                default:
                    writer.Bytes(boxes.Whole);
                    break;
            }
        }

        writer.End();
    }

    private static void WriteInformation(BoxWriter writer, ReadOnlySpan<byte> information, TrackTable table)
    {
        writer.Begin(BoxType.Minf);
        var boxes = new BoxReader(information);
        while (boxes.Read())
        {
            if (boxes.Type == BoxType.Stbl)
                WriteSampleTable(writer, boxes.Content, table);
            else
                writer.Bytes(boxes.Whole);
        }

        writer.End();
    }

    private static void WriteSampleTable(BoxWriter writer, ReadOnlySpan<byte> old, TrackTable table)
    {
        BoxReader.TryFind(old, BoxType.Stsd, out var descriptions);
        writer.Begin(BoxType.Stbl);
        writer.Begin(BoxType.Stsd);
        writer.Bytes(descriptions);
        writer.End();
        WriteRuns(writer, BoxType.Stts, 0, table.Durations);
        if (table.HasCompositions)
            WriteRuns(writer, BoxType.Ctts, 1, table.Compositions);
        if (table.Syncs.Count < table.Count)
        {
            writer.BeginFull(BoxType.Stss, 0, 0);
            writer.UInt32((uint)table.Syncs.Count);
            foreach (var sample in table.Syncs)
                writer.UInt32(sample);
            writer.End();
        }

        WriteChunkRuns(writer, table.Chunks);
        writer.BeginFull(BoxType.Stsz, 0, 0);
        writer.UInt32(0);
        writer.UInt32((uint)table.Count);
        foreach (var size in table.Sizes)
            writer.UInt32(size);
        writer.End();
        writer.BeginFull(BoxType.Co64, 0, 0);
        writer.UInt32((uint)table.Chunks.Count);
        foreach (var (offset, _) in table.Chunks)
            writer.UInt64((ulong)offset);
        writer.End();
        writer.End();
    }

    private static void WriteRuns(BoxWriter writer, uint type, byte version, IReadOnlyList<(uint Count, uint Value)> runs)
    {
        writer.BeginFull(type, version, 0);
        writer.UInt32((uint)runs.Count);
        foreach (var (count, value) in runs)
        {
            writer.UInt32(count);
            writer.UInt32(value);
        }

        writer.End();
    }

    private static void WriteChunkRuns(BoxWriter writer, IReadOnlyList<(long Offset, uint Count)> chunks)
    {
        List<(uint First, uint Count)> runs = [];
        for (var i = 0; i < chunks.Count; i++)
        {
            if (runs.Count == 0 || runs[^1].Count != chunks[i].Count)
                runs.Add(((uint)i + 1, chunks[i].Count));
        }

        writer.BeginFull(BoxType.Stsc, 0, 0);
        writer.UInt32((uint)runs.Count);
        foreach (var (first, count) in runs)
        {
            writer.UInt32(first);
            writer.UInt32(count);
            writer.UInt32(1);
        }

        writer.End();
    }

    private static void WriteTime(BoxWriter writer, byte version, long value)
    {
        if (version == 0)
            writer.UInt32((uint)value);
        else
            writer.UInt64((ulong)value);
    }

    private static long Rescale(long value, uint from, uint to) => (long)((Int128)value * to / from);
}
