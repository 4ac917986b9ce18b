using Peercast.Protocol.Primitives;

namespace Peercast.Protocol.Chunks;

/// <summary>What the origin signs about one chunk.</summary>
/// <param name="Id">The chunk.</param>
/// <param name="Segment">The segment (group of pictures) that it belongs to, counted from 0 over the channel's life.</param>
/// <param name="Part">The part within the segment, counted from 0.</param>
/// <param name="Offset">Where the chunk begins within its part, in bytes; 0 unless the part was cut into slices.</param>
/// <param name="Length">Bytes, 1 to <see cref="MaxLength"/>.</param>
/// <param name="PresentationTime">Of the part.</param>
/// <param name="Duration">Of the part.</param>
/// <param name="Flags">What is special about it.</param>
/// <param name="Hash">SHA-256 of the chunk's bytes.</param>
public readonly record struct ChunkInfo(
    ChunkId Id,
    long Segment,
    int Part,
    int Offset,
    int Length,
    MediaTime PresentationTime,
    MediaTime Duration,
    ChunkFlags Flags,
    Hash256 Hash)
{
    /// <summary>The largest chunk: 64 KiB.</summary>
    public const int MaxLength = 64 * 1024;

    /// <summary>Playback can begin here: the first chunk of a segment, whose first part begins with a keyframe.</summary>
    public bool StartsSegment => (Flags & ChunkFlags.Keyframe) != 0 && Offset == 0 && Part == 0;
}

/// <summary>What is special about a chunk.</summary>
[Flags]
public enum ChunkFlags
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The part begins with a keyframe.</summary>
    Keyframe = 1,

    /// <summary>The first chunk after an ingest restart: decoders start anew, with the batch's init segment.</summary>
    Discontinuity = 2,

    /// <summary>The last slice of its part.</summary>
    EndOfPart = 4,

    /// <summary>The last chunk of a recorded channel.</summary>
    EndOfChannel = 8,
}
