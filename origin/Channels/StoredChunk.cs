using Peercast.Origin.Media;
using Peercast.Protocol.Chunks;
using Peercast.Protocol.Primitives;

namespace Peercast.Origin.Channels;

/// <summary>A chunk that the origin can serve.</summary>
/// <param name="Info">As signed.</param>
/// <param name="Batch">The batch that covers it.</param>
/// <param name="Data">Its bytes, or empty when they are in the channel's chunk file.</param>
/// <param name="FileOffset">Where they are in that file.</param>
internal sealed record StoredChunk(ChunkInfo Info, SignedBatch Batch, ReadOnlyMemory<byte> Data, long FileOffset);

/// <summary>A segment of a rendition, as HLS lists it.</summary>
/// <param name="Number">Counted over the channel's life.</param>
/// <param name="FirstChunk">Its first chunk.</param>
/// <param name="LastChunk">Its last chunk so far.</param>
/// <param name="Start">On the channel's timeline.</param>
/// <param name="End">On the channel's timeline.</param>
/// <param name="InitIndex">The init segment it needs.</param>
/// <param name="Discontinuities">Discontinuities from the channel's start up to and with this segment.</param>
/// <param name="IsDiscontinuity">It is the first after an ingest restart.</param>
/// <param name="WallClock">When its first batch was begun, Unix milliseconds.</param>
internal sealed record SegmentInfo(
    long Number,
    ChunkId FirstChunk,
    ChunkId LastChunk,
    MediaTime Start,
    MediaTime End,
    int InitIndex,
    long Discontinuities,
    bool IsDiscontinuity,
    long WallClock);

/// <summary>Whether a chunk can be had.</summary>
internal enum ChunkAvailability
{
    /// <summary>Here it is.</summary>
    Found,

    /// <summary>It has left the ring.</summary>
    Gone,

    /// <summary>It has not been made.</summary>
    NotYet,
}

/// <summary>An init segment under its index.</summary>
/// <param name="Index">As batches name it.</param>
/// <param name="Segment">The segment.</param>
internal sealed record StoredInit(int Index, InitSegment Segment);
