using Peercast.Protocol.Signaling;

namespace Peercast.Origin.Tracker;

/// <summary>What the viewers of a swarm reported, all sessions together, those that left included.</summary>
/// <param name="Viewers">Viewers now.</param>
/// <param name="OriginBytes">Media bytes received from the origin.</param>
/// <param name="NeighborBytes">Media bytes received from neighbors.</param>
/// <param name="UploadedBytes">Media bytes sent to neighbors.</param>
/// <param name="Chunks">Chunks received.</param>
/// <param name="Fallbacks">Of these, fetched from the origin for want of time.</param>
internal readonly record struct SwarmStatistics(
    int Viewers, long OriginBytes, long NeighborBytes, long UploadedBytes, long Chunks, long Fallbacks)
{
    // 10 Gbit/s: what a report may at most claim per second since the one before.
    private const double MaxBytesPerSecond = 1.25e9;

    /// <summary>Neighbor bytes over all media bytes received, 0 to 1; 0 before the first.</summary>
    public double OffloadRatio => OriginBytes + NeighborBytes > 0 ? (double)NeighborBytes / (OriginBytes + NeighborBytes) : 0;

    /// <summary>Adds what changed from one report of a viewer to its next.</summary>
    public SwarmStatistics Add(ReportMessage? before, ReportMessage after) => this with
    {
        OriginBytes = OriginBytes + after.OriginBytes - (before?.OriginBytes ?? 0),
        NeighborBytes = NeighborBytes + after.NeighborBytes - (before?.NeighborBytes ?? 0),
        UploadedBytes = UploadedBytes + after.UploadedBytes - (before?.UploadedBytes ?? 0),
        Chunks = Chunks + after.Chunks - (before?.Chunks ?? 0),
        Fallbacks = Fallbacks + after.Fallbacks - (before?.Fallbacks ?? 0),
    };

    /// <summary>Whether counters only grow, and by no more than a line can carry in that time.</summary>
    public static bool IsPlausible(ReportMessage? before, ReportMessage after, TimeSpan elapsed)
    {
        double most = MaxBytesPerSecond * (elapsed.TotalSeconds + 10);
        bool Grows(long from, long to) => from >= 0 && to >= from && to - from <= most;
        return after.UplinkKbps >= 0 && after.Neighbors >= 0 && after.Fallbacks <= after.Chunks
            && Grows(before?.OriginBytes ?? 0, after.OriginBytes)
            && Grows(before?.NeighborBytes ?? 0, after.NeighborBytes)
            && Grows(before?.UploadedBytes ?? 0, after.UploadedBytes)
            && Grows(before?.Chunks ?? 0, after.Chunks)
            && Grows(before?.Fallbacks ?? 0, after.Fallbacks);
    }
}
