using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Peercast.Origin.Media;

/// <summary>Reads <c>moof</c> boxes (ISO/IEC 14496-12 section 8.8). Never throws on any bytes.</summary>
internal static class MovieFragmentParser
{
    /// <summary>More samples in one part of 200 ms is nonsense.</summary>
    private const int MaxSamples = 100_000;

    /// <summary>Sums of two decode times stay within 64 bits.</summary>
    private const long MaxDecodeTime = 1L << 60;

    /// <summary>sample_is_non_sync_sample, ISO/IEC 14496-12 section 8.8.3.1.</summary>
    private const uint NonSync = 0x10000;

    /// <summary>Reads one box.</summary>
    /// <param name="moof">The whole box, header included.</param>
    /// <param name="init">What it belongs to.</param>
    /// <param name="fragment">What was read.</param>
    public static bool TryParse(ReadOnlySpan<byte> moof, InitSegment init, [NotNullWhen(true)] out MovieFragment? fragment)
    {
        fragment = null;
        var tracks = ImmutableArray.CreateBuilder<TrackFragment>();
        int sequenceAt = 0;
        var top = new BoxCursor(moof, 0, moof.Length);
        if (!top.MoveNext() || top.Type != BoxType.Moof)
        {
            return false;
        }

        BoxCursor children = top.Children();
        while (children.MoveNext())
        {
            if (children.Type == BoxType.Mfhd && children.Content.Length >= 8)
            {
                sequenceAt = children.ContentStart + 4;
            }
            else if (children.Type == BoxType.Traf)
            {
                if (tracks.Count == InitSegment.MaxTracks || !TryReadTrack(children.Children(), init, out TrackFragment track))
                {
                    return false;
                }

                if (track.Samples > 0)
                {
                    tracks.Add(track);
                }
            }
        }

        if (children.Malformed || sequenceAt == 0 || tracks.Count == 0)
        {
            return false;
        }

        fragment = new MovieFragment(sequenceAt, tracks.ToImmutable());
        return true;
    }

    private static bool TryReadTrack(BoxCursor children, InitSegment init, out TrackFragment fragment)
    {
        fragment = default;
        TrackInfo? track = null;
        var run = default(RunDefaults);
        long decodeTime = 0;
        int decodeTimeAt = 0;
        bool wide = false;
        var sum = default(RunSum);
        while (children.MoveNext())
        {
            ReadOnlySpan<byte> content = children.Content;
            switch (children.Type)
            {
                case BoxType.Tfhd:
                    if (content.Length < 8 || init.Find(BinaryPrimitives.ReadUInt32BigEndian(content[4..])) is not { } found
                        || !RunDefaults.TryRead(content, found, out run))
                    {
                        return false;
                    }

                    track = found;
                    break;
                case BoxType.Tfdt:
                    wide = content.Length > 0 && content[0] == 1;
                    if (content.Length < (wide ? 12 : 8))
                    {
                        return false;
                    }

                    decodeTimeAt = children.ContentStart + 4;
                    decodeTime = wide ? BinaryPrimitives.ReadInt64BigEndian(content[4..]) : BinaryPrimitives.ReadUInt32BigEndian(content[4..]);
                    break;
                case BoxType.Trun:
                    if (track is null || !TryReadRun(content, run, ref sum))
                    {
                        return false;
                    }

                    break;
                default:
                    break;
            }
        }

        if (children.Malformed || track is null || decodeTimeAt == 0 || decodeTime is < -MaxDecodeTime or > MaxDecodeTime)
        {
            return false;
        }

        fragment = new TrackFragment(track, decodeTime, decodeTimeAt, wide, sum.Duration, sum.Samples, sum.StartsWithSync);
        return true;
    }

    /// <summary><c>trun</c>, ISO/IEC 14496-12 section 8.8.8.</summary>
    private static bool TryReadRun(ReadOnlySpan<byte> content, RunDefaults defaults, ref RunSum sum)
    {
        if (content.Length < 8)
        {
            return false;
        }

        uint flags = BinaryPrimitives.ReadUInt32BigEndian(content) & 0xFFFFFF;
        uint count = BinaryPrimitives.ReadUInt32BigEndian(content[4..]);
        int at = 8 + ((flags & 0x1) != 0 ? 4 : 0);
        bool firstFlags = (flags & 0x4) != 0;
        uint sampleFlags = defaults.Flags;
        if (firstFlags)
        {
            if (content.Length < at + 4)
            {
                return false;
            }

            sampleFlags = BinaryPrimitives.ReadUInt32BigEndian(content[at..]);
            at += 4;
        }

        bool hasDuration = (flags & 0x100) != 0;
        bool hasFlags = (flags & 0x400) != 0;
        int flagsAt = (hasDuration ? 4 : 0) + ((flags & 0x200) != 0 ? 4 : 0);
        int entry = flagsAt + (hasFlags ? 4 : 0) + ((flags & 0x800) != 0 ? 4 : 0);
        if (count > MaxSamples || sum.Samples + count > MaxSamples || at > content.Length || (content.Length - at) / Math.Max(entry, 1) < (entry == 0 ? 0 : count))
        {
            return false;
        }

        if (count > 0 && sum.Samples == 0)
        {
            sum.StartsWithSync = ((hasFlags && !firstFlags ? BinaryPrimitives.ReadUInt32BigEndian(content[(at + flagsAt)..]) : sampleFlags) & NonSync) == 0;
        }

        sum.Samples += (int)count;
        if (!hasDuration)
        {
            sum.Duration += (long)count * defaults.Duration;
            return true;
        }

        for (; count > 0; count--, at += entry)
        {
            sum.Duration += BinaryPrimitives.ReadUInt32BigEndian(content[at..]);
        }

        return true;
    }

    private struct RunSum
    {
        public long Duration;
        public int Samples;
        public bool StartsWithSync;
    }

    /// <summary>What <c>tfhd</c> says, or else <c>trex</c> (ISO/IEC 14496-12 sections 8.8.7 and 8.8.3).</summary>
    private readonly record struct RunDefaults(uint Duration, uint Flags)
    {
        public static bool TryRead(ReadOnlySpan<byte> content, TrackInfo track, out RunDefaults defaults)
        {
            defaults = new RunDefaults(track.DefaultDuration, track.DefaultFlags);
            uint flags = BinaryPrimitives.ReadUInt32BigEndian(content) & 0xFFFFFF;
            int at = 8 + ((flags & 0x1) != 0 ? 8 : 0) + ((flags & 0x2) != 0 ? 4 : 0);
            int durationAt = at;
            at += (flags & 0x8) != 0 ? 4 : 0;
            at += (flags & 0x10) != 0 ? 4 : 0;
            int flagsAt = at;
            at += (flags & 0x20) != 0 ? 4 : 0;
            if (content.Length < at)
            {
                return false;
            }

            defaults = new RunDefaults(
                (flags & 0x8) != 0 ? BinaryPrimitives.ReadUInt32BigEndian(content[durationAt..]) : defaults.Duration,
                (flags & 0x20) != 0 ? BinaryPrimitives.ReadUInt32BigEndian(content[flagsAt..]) : defaults.Flags);
            return true;
        }
    }
}
