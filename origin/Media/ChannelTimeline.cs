using System.Buffers.Binary;
using Peercast.Protocol.Primitives;

namespace Peercast.Origin.Media;

/// <summary>
/// Lays each ingest behind the one before: rewrites decode times and sequence numbers of parts in place, so that parts
/// put one after another are one stream whose time never runs backwards, whatever was restarted between them.
/// </summary>
/// <param name="start">Where the channel's time continues.</param>
/// <param name="sequence">The next fragment sequence number.</param>
internal sealed class ChannelTimeline(MediaTime start, uint sequence = 1)
{
    private uint _sequence = sequence;
    private MediaTime _offset = start;
    private MediaTime _lastStart = start;
    private InitSegment? _init;

    /// <summary>Where the next ingest will begin: nothing so far reaches beyond it.</summary>
    public MediaTime End { get; private set; } = start;

    /// <summary>A new ffmpeg begins at zero again.</summary>
    public void BeginEpoch() => _init = null;

    /// <summary>Where <paramref name="part"/> would end, without placing it.</summary>
    public MediaTime Preview(Part part)
    {
        MediaTime offset = _init is null ? new MediaTime(End.Microseconds + Preroll(part.Init)) : _offset;
        TrackFragment reference = part.Fragment.Reference;
        TrackInfo track = reference.Track;
        return track.ToTime(reference.DecodeTime + track.EditShift + track.ToTicks(offset) + reference.Duration);
    }

    /// <summary>Rewrites <paramref name="part"/> in place.</summary>
    /// <returns>When it is presented and for how long, on the channel's timeline.</returns>
    public (MediaTime Start, MediaTime Duration) Place(Part part)
    {
        if (_init is null)
        {
            _init = part.Init;
            _offset = new MediaTime(End.Microseconds + Preroll(part.Init));
        }

        BinaryPrimitives.WriteUInt32BigEndian(part.Bytes.AsSpan(part.Fragment.SequenceAt), unchecked(_sequence++));
        foreach (TrackFragment fragment in part.Fragment.Tracks)
        {
            TrackInfo track = fragment.Track;
            long ticks = Math.Max(0, fragment.DecodeTime + track.EditShift + track.ToTicks(_offset));
            Span<byte> at = part.Bytes.AsSpan(fragment.DecodeTimeAt);
            if (fragment.DecodeTimeIsWide)
            {
                BinaryPrimitives.WriteInt64BigEndian(at, ticks);
            }
            else
            {
                BinaryPrimitives.WriteUInt32BigEndian(at, unchecked((uint)ticks));
            }

            MediaTime end = track.ToTime(ticks + fragment.Duration);
            End = end > End ? end : End;
        }

        TrackFragment reference = part.Fragment.Reference;
        MediaTime time = reference.Track.ToTime(
            Math.Max(0, reference.DecodeTime + reference.Track.EditShift + reference.Track.ToTicks(_offset)));
        _lastStart = time > _lastStart ? time : _lastStart;

        // The manifest holds a duration in 32 bits: 30 minutes is more than any part lasts.
        long duration = Math.Clamp(reference.Track.ToTime(reference.Duration).Microseconds, 0, 1_800_000_000);
        return (_lastStart, new MediaTime(duration));
    }

    /// <summary>How far before zero the earliest track begins once edit lists are applied.</summary>
    private static long Preroll(InitSegment init)
    {
        long preroll = 0;
        foreach (TrackInfo track in init.Tracks)
        {
            preroll = Math.Max(preroll, track.ToTime(-track.EditShift).Microseconds);
        }

        // Rounded up to whole milliseconds: every common timescale then starts on a tick.
        return (preroll + 999) / 1000 * 1000;
    }
}
