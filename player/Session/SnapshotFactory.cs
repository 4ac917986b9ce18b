using Peercast.Player.Playback;
using Peercast.Protocol.Swarm;

namespace Peercast.Player.Session;

/// <summary>The engine's counters as a person wants to see them.</summary>
internal static class SnapshotFactory
{
    /// <summary>One moment of a session.</summary>
    public static ViewerSnapshot Create(ParticipationPlan plan, SwarmStatistics statistics, bool trackerConnected) => new()
    {
        Title = plan.Descriptor.Title,
        State = statistics.State switch
        {
            PlaybackState.Idle => ViewerState.Connecting,
            PlaybackState.Starting => ViewerState.Buffering,
            PlaybackState.Stalled => ViewerState.Stalled,
            PlaybackState.Paused => ViewerState.Paused,
            PlaybackState.Ended => ViewerState.Ended,
            _ => ViewerState.Playing,
        },
        Recorded = plan.Descriptor.IsRecorded,
        LiveLatency = plan.Descriptor.IsRecorded ? null : statistics.LiveLatency,
        Position = statistics.Position?.ToTimeSpan(),
        Buffered = statistics.Buffered,
        OriginBytes = statistics.OriginBytes,
        NeighborBytes = statistics.NeighborBytes,
        UploadedBytes = statistics.UploadedBytes,
        Neighbors = statistics.Neighbors,
        Stalls = statistics.Stalls,
        StallTime = statistics.StallTime,
        CorruptChunks = statistics.CorruptChunks,
        TrackerConnected = trackerConnected,
    };
}
