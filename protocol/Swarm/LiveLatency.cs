using Peercast.Protocol.Chunks;
using Peercast.Protocol.Primitives;

namespace Peercast.Protocol.Swarm;

/// <summary>Wall clock at the playhead minus the wall clock in the manifest batch.</summary>
internal sealed class LiveLatency(ChunkWindow window, IPlayhead playhead)
{
    private double? _originAheadMs;

    public void SetOriginClock(TimeSpan now, long originUnixMs) => _originAheadMs = originUnixMs - now.TotalMilliseconds;

    public TimeSpan? At(TimeSpan now)
    {
        if (_originAheadMs is not { } ahead
            || playhead.PositionAt(now) is not { } position
            || window.Find(new ChunkId(playhead.Next.Value - 1))?.Batch is not { } record)
        {
            return null;
        }

        ManifestBatch batch = record.Signed.Batch;
        TimeSpan intoBatch = (position - batch.Chunks[0].PresentationTime).ToTimeSpan();
        return TimeSpan.FromMilliseconds(now.TotalMilliseconds + ahead - batch.WallClock) - intoBatch;
    }
}
