using Peercast.Protocol.Primitives;

namespace Peercast.Protocol.Swarm;

/// <summary>Where a peer stands in the channel and what that makes urgent.</summary>
internal interface IPlayhead
{
    /// <summary>Where playback stands.</summary>
    PlaybackState State { get; }

    /// <summary>The next chunk that is needed.</summary>
    ChunkId Next { get; }

    /// <summary>From the start to the first delivery.</summary>
    TimeSpan? TimeToFirstDelivery { get; }

    /// <summary>Begins, or begins anew after a seek, with a segment's first chunk.</summary>
    void Start(TimeSpan now, ChunkId first);

    /// <summary>Goes on with a later segment, because what lies between is lost. A stall lasts until it is there.</summary>
    void JumpOver(TimeSpan now, ChunkId first);

    /// <summary>Stops the clock on the viewer's wish.</summary>
    void Pause(TimeSpan now);

    /// <summary>Goes on after a pause.</summary>
    void Resume(TimeSpan now);

    /// <summary>When a chunk is due; in the past for one that is waited for.</summary>
    TimeSpan DeadlineOf(TimeSpan now, ChunkEntry entry);

    /// <summary>The position on the channel's timeline; <see langword="null"/> before the first chunk is known.</summary>
    MediaTime? PositionAt(TimeSpan now);

    /// <summary>Media delivered ahead of the playhead.</summary>
    TimeSpan BufferedAt(TimeSpan now);

    /// <summary>When <see cref="Advance"/> is next due; <see cref="TimeSpan.MaxValue"/>: when something arrives.</summary>
    TimeSpan NextDeadline(TimeSpan now);

    /// <summary>Stall time with the stall under way.</summary>
    TimeSpan StallTimeAt(TimeSpan now);

    /// <summary>Moves on with what has arrived and with time.</summary>
    void Advance(TimeSpan now);
}
