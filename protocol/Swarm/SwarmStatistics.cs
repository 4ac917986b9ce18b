using Peercast.Protocol.Primitives;

namespace Peercast.Protocol.Swarm;

/// <summary>What a session has done so far; all bytes are chunk payload unless they say otherwise.</summary>
public sealed record SwarmStatistics
{
    /// <summary>From the origin before playback began, or while no neighbor was there to ask.</summary>
    public long OriginStartupBytes { get; init; }

    /// <summary>From the origin on seed duty.</summary>
    public long OriginSeedBytes { get; init; }

    /// <summary>From the origin because no neighbor would have been in time.</summary>
    public long OriginFallbackBytes { get; init; }

    /// <summary>All media from the origin.</summary>
    public long OriginBytes => OriginStartupBytes + OriginSeedBytes + OriginFallbackBytes;

    /// <summary>Verified chunks from neighbors.</summary>
    public long NeighborBytes { get; init; }

    /// <summary>All verified media received once.</summary>
    public long MediaBytes => OriginBytes + NeighborBytes;

    /// <summary>Offload ratio: neighbor bytes over all media bytes; 0 before the first.</summary>
    public double OffloadRatio => MediaBytes == 0 ? 0 : (double)NeighborBytes / MediaBytes;

    /// <summary>Sent to neighbors.</summary>
    public long UploadedBytes { get; init; }

    /// <summary>Received in vain: a chunk, or a part of one, that was there already or had been canceled.</summary>
    public long DuplicateBytes { get; init; }

    /// <summary>Those of <see cref="DuplicateBytes"/> that came from the origin: it sent them, so they count in its egress.</summary>
    public long OriginDuplicateBytes { get; init; }

    /// <summary>All bytes sent to neighbors that are not chunk payload.</summary>
    public long ControlBytesSent { get; init; }

    /// <summary>All bytes received from neighbors that are not chunk payload.</summary>
    public long ControlBytesReceived { get; init; }

    /// <summary>Chunks that playback has needed so far.</summary>
    public long ChunksDue { get; init; }

    /// <summary>Those of <see cref="ChunksDue"/> that were there at their deadline.</summary>
    public long ChunksOnTime { get; init; }

    /// <summary>Those of <see cref="ChunksDue"/> that were given up.</summary>
    public long ChunksSkipped { get; init; }

    /// <summary>How often playback stood still for a missing chunk.</summary>
    public int Stalls { get; init; }

    /// <summary>How long in all, a stall under way included.</summary>
    public TimeSpan StallTime { get; init; }

    /// <summary>Chunks fetched from the origin because no neighbor would have been in time.</summary>
    public long Fallbacks { get; init; }

    /// <summary>Chunks fetched on seed duty.</summary>
    public long SeedChunks { get; init; }

    /// <summary>Chunks from neighbors whose hash was wrong; none of them was played or passed on.</summary>
    public long CorruptChunks { get; init; }

    /// <summary>Peers banned.</summary>
    public int Banned { get; init; }

    /// <summary>Neighbors connected now, handshake done.</summary>
    public int Neighbors { get; init; }

    /// <summary>Neighbors connected over the session's life.</summary>
    public int NeighborsConnectedTotal { get; init; }

    /// <summary>Attempts to connect that failed.</summary>
    public int ConnectionsFailed { get; init; }

    /// <summary>Requests sent to neighbors.</summary>
    public long RequestsSent { get; init; }

    /// <summary>Requests that neighbors rejected.</summary>
    public long RequestsRejected { get; init; }

    /// <summary>Requests that were given up for lateness.</summary>
    public long RequestsTimedOut { get; init; }

    /// <summary>Highest upload rate held over two seconds, in kbit/s.</summary>
    public int ProvenUplinkKbps { get; init; }

    /// <summary>Wall clock at the playhead minus the wall clock in the manifest; <see langword="null"/> before playback or without the origin's clock.</summary>
    public TimeSpan? LiveLatency { get; init; }

    /// <summary>From <see cref="SwarmSession.Start"/> to the first delivery; <see langword="null"/> before it.</summary>
    public TimeSpan? TimeToFirstDelivery { get; init; }

    /// <summary>Where playback stands.</summary>
    public PlaybackState State { get; init; }

    /// <summary>Chunks received, verified and new, from anywhere.</summary>
    public long ChunksReceived { get; init; }

    /// <summary>Where the playhead is on the channel's timeline; <see langword="null"/> before the first chunk is known.</summary>
    public MediaTime? Position { get; init; }

    /// <summary>Media delivered ahead of the playhead.</summary>
    public TimeSpan Buffered { get; init; }

    /// <summary>The next chunk to be delivered.</summary>
    public ChunkId NextToDeliver { get; init; }

    /// <summary>The newest chunk that a verified batch names; -1 before the first.</summary>
    public ChunkId LiveEdge { get; init; }
}
