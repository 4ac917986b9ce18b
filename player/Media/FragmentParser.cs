using System.Buffers.Binary;

namespace Peercast.Player.Media;

/// <summary>
/// Reads the samples of a part (ISO/IEC 14496-12 section 8.8). Takes what CMAF allows: data offsets are relative to their
/// <c>moof</c> (ISO/IEC 23000-19 section 7.5.3).
/// </summary>
internal static class FragmentParser
{
    /// <summary>More samples than this in one part are refused: it is 200 ms of media.</summary>
    public const int MaxSamples = 100_000;

    // tfhd flags, section 8.8.7.
    private const uint BaseDataOffsetPresent = 0x1;
    private const uint DescriptionIndexPresent = 0x2;
    private const uint DefaultDurationPresent = 0x8;
    private const uint DefaultSizePresent = 0x10;
    private const uint DefaultFlagsPresent = 0x20;

    // trun flags, section 8.8.8.
    private const uint DataOffsetPresent = 0x1;
    private const uint FirstFlagsPresent = 0x4;
    private const uint DurationPresent = 0x100;
    private const uint SizePresent = 0x200;
    private const uint FlagsPresent = 0x400;
    private const uint CompositionPresent = 0x800;

    /// <summary>sample_is_non_sync_sample, section 8.8.3.1.</summary>
    private const uint NonSync = 0x1_0000;

    /// <summary>Reads a part; false when it is none that a CMAF writer makes, never throws on its bytes.</summary>
    public static bool TryParse(ReadOnlySpan<byte> part, InitSegment init, out MediaFragment? fragment)
    {
        fragment = null;
        List<SampleRun> runs = [];
        List<DecodeTimeField> times = [];
        var samples = 0;
        var boxes = new BoxReader(part);
        while (boxes.Read())
        {
            if (boxes.Type != BoxType.Moof)
                continue;
            var tracks = new BoxReader(boxes.Content);
            while (tracks.Read())
            {
                if (tracks.Type == BoxType.Traf
                    && !TryReadTrack(
                        tracks.Content, boxes.ContentStart + tracks.ContentStart, boxes.Start, part.Length, init, runs, times, ref samples))
                {
                    return false;
                }
            }

            if (!tracks.AtEnd)
                return false;
        }

        if (!boxes.AtEnd || runs.Count == 0)
            return false;
        fragment = new MediaFragment(runs, times);
        return true;
    }

    private static bool TryReadTrack(
        ReadOnlySpan<byte> traf, int trafStart, int moofStart, int partLength, InitSegment init, List<SampleRun> runs, List<DecodeTimeField> times, ref int samples)
    {
        InitTrack? track = null;
        long decodeTime = -1;
        long dataOffset = moofStart;
        var boxes = new BoxReader(traf);
        while (boxes.Read())
        {
            var content = boxes.Content;
            switch (boxes.Type)
            {
                case BoxType.Tfhd:
                    if (!TryReadHeader(content, init, out track))
                        return false;
                    break;
                case BoxType.Tfdt:
                    var isLong = content.Length > 0 && content[0] == 1;
                    if (track is null || content.Length < (isLong ? 12 : 8))
                        return false;
                    decodeTime = isLong ? BinaryPrimitives.ReadInt64BigEndian(content[4..]) : BinaryPrimitives.ReadUInt32BigEndian(content[4..]);
                    if (decodeTime is < 0 or > long.MaxValue / 4)
                        return false;
                    times.Add(new DecodeTimeField(track.Id, trafStart + boxes.ContentStart + 4, isLong, decodeTime));
                    break;
                case BoxType.Trun:
                    if (track is null || decodeTime < 0
                        || !TryReadRun(content, track, moofStart, ref dataOffset, ref decodeTime, ref samples, out var run))
                    {
                        return false;
                    }

                    if (run is null)
                        break;
                    if (run.DataOffset < 0 || run.DataOffset + run.Size > partLength)
                        return false;
                    runs.Add(run);
                    break;
            }
        }

        return boxes.AtEnd;
    }

    private static bool TryReadHeader(ReadOnlySpan<byte> tfhd, InitSegment init, out InitTrack? track)
    {
        track = null;
        var fields = new FieldReader(tfhd);
        var flags = fields.UInt32() & 0xFF_FFFF;
        var id = fields.UInt32();
        if ((flags & BaseDataOffsetPresent) != 0)
            return false;
        if ((flags & DescriptionIndexPresent) != 0)
            fields.UInt32();
        track = init.Tracks.FirstOrDefault(t => t.Id == id);
        if (track is null)
            return false;
        track = track with
        {
            DefaultDuration = (flags & DefaultDurationPresent) != 0 ? fields.UInt32() : track.DefaultDuration,
            DefaultSize = (flags & DefaultSizePresent) != 0 ? fields.UInt32() : track.DefaultSize,
            DefaultFlags = (flags & DefaultFlagsPresent) != 0 ? fields.UInt32() : track.DefaultFlags,
        };
        return !fields.Failed;
    }

    private static bool TryReadRun(
        ReadOnlySpan<byte> trun, InitTrack track, int moofStart, ref long dataOffset, ref long decodeTime, ref int samples, out SampleRun? run)
    {
        run = null;
        var fields = new FieldReader(trun);
        var flags = fields.UInt32() & 0xFF_FFFF;
        var count = fields.UInt32();
        if ((flags & DataOffsetPresent) != 0)
            dataOffset = moofStart + (long)(int)fields.UInt32();
        uint? firstFlags = (flags & FirstFlagsPresent) != 0 ? fields.UInt32() : null;
        if (fields.Failed || count > MaxSamples - samples)
            return false;
        if (count == 0)
            return true;
        samples += (int)count;
        var list = new FragmentSample[count];
        long size = 0;
        long duration = 0;
        for (var i = 0; i < list.Length; i++)
        {
            var sampleDuration = (flags & DurationPresent) != 0 ? fields.UInt32() : track.DefaultDuration;
            var sampleSize = (flags & SizePresent) != 0 ? fields.UInt32() : track.DefaultSize;
            var sampleFlags = (flags & FlagsPresent) != 0 ? fields.UInt32() : i == 0 && firstFlags is { } first ? first : track.DefaultFlags;
            // Version 0 declares it unsigned, but no offset of a real stream needs the sign bit.
            var composition = (flags & CompositionPresent) != 0 ? (int)fields.UInt32() : 0;
            list[i] = new FragmentSample(sampleSize, sampleDuration, composition, (sampleFlags & NonSync) == 0);
            size += sampleSize;
            duration += sampleDuration;
        }

        if (fields.Failed)
            return false;
        run = new SampleRun(track.Id, decodeTime, dataOffset, list);
        dataOffset += size;
        decodeTime += duration;
        return true;
    }

    private ref struct FieldReader(ReadOnlySpan<byte> content)
    {
        private ReadOnlySpan<byte> _rest = content;

        public bool Failed { get; private set; }

        public uint UInt32()
        {
            if (_rest.Length < 4)
            {
                Failed = true;
                return 0;
            }

            var value = BinaryPrimitives.ReadUInt32BigEndian(_rest);
            _rest = _rest[4..];
            return value;
        }
    }
}
