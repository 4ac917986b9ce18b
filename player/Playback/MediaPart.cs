using Peercast.Protocol.Primitives;

namespace Peercast.Player.Playback;

/// <summary>One whole part: a CMAF fragment of about 200 ms.</summary>
/// <param name="Segment">The segment that it belongs to.</param>
/// <param name="StartsSegment">It is the segment's first part and begins with a keyframe: decoding can begin here.</param>
/// <param name="Discontinuity">It is the first after an ingest restart.</param>
/// <param name="PresentationTime">On the channel's timeline.</param>
/// <param name="Duration">Of its media.</param>
/// <param name="Bytes">The fragment; stays valid and unchanged.</param>
internal readonly record struct MediaPart(
    long Segment,
    bool StartsSegment,
    bool Discontinuity,
    MediaTime PresentationTime,
    MediaTime Duration,
    ReadOnlyMemory<byte> Bytes);

/// <summary>Receives whole parts from a <see cref="PartAssembler"/>.</summary>
internal interface IPartSink
{
    /// <summary>The init segment that the following parts need.</summary>
    void OnInit(ReadOnlyMemory<byte> init);

    /// <summary>The next whole part.</summary>
    void OnPart(MediaPart part);

    /// <summary>One or more parts before the next one are missing.</summary>
    void OnGap();

    /// <summary>The viewer has sought: the next part is from elsewhere, and what was handed over before is stale.</summary>
    void OnJump();

    /// <summary>The recorded channel is complete.</summary>
    void OnEnd();
}
