using System.Collections.Immutable;

namespace Peercast.Origin.Media;

/// <summary>One <c>traf</c> of a fragment.</summary>
/// <param name="Track">Whose samples these are.</param>
/// <param name="DecodeTime">Of the first sample, in the track's ticks, on ffmpeg's timeline.</param>
/// <param name="DecodeTimeAt">Where the decode time stands in the <c>moof</c> box, to be rewritten in place.</param>
/// <param name="DecodeTimeIsWide">64 bits, or else 32.</param>
/// <param name="Duration">Of all samples, in ticks.</param>
/// <param name="Samples">How many.</param>
/// <param name="StartsWithSync">The first sample is a sync sample.</param>
internal readonly record struct TrackFragment(
    TrackInfo Track, long DecodeTime, int DecodeTimeAt, bool DecodeTimeIsWide, long Duration, int Samples, bool StartsWithSync);

/// <summary>What a <c>moof</c> box says.</summary>
/// <param name="SequenceAt">Where the sequence number stands in the box.</param>
/// <param name="Tracks">The tracks that have samples in it.</param>
internal sealed record MovieFragment(int SequenceAt, ImmutableArray<TrackFragment> Tracks)
{
    /// <summary>The part begins with a keyframe of the video, or has no video to wait for in the whole stream.</summary>
    /// <param name="init">What the fragment belongs to.</param>
    public bool StartsWithKeyframe(InitSegment init)
    {
        bool hasVideo = init.Video is not null;
        foreach (TrackFragment fragment in Tracks)
        {
            if (fragment.Track.IsVideo == hasVideo)
            {
                return fragment.StartsWithSync;
            }
        }

        return false;
    }

    /// <summary>The track that times the part: video where there is some, else the first.</summary>
    public TrackFragment Reference
    {
        get
        {
            foreach (TrackFragment fragment in Tracks)
            {
                if (fragment.Track.IsVideo)
                {
                    return fragment;
                }
            }

            return Tracks[0];
        }
    }
}
