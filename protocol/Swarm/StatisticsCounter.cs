namespace Peercast.Protocol.Swarm;

/// <summary>The running figures behind <see cref="SwarmStatistics"/>.</summary>
internal sealed class StatisticsCounter
{
    public long OriginStartupBytes { get; set; }

    public long OriginSeedBytes { get; set; }

    public long OriginFallbackBytes { get; set; }

    public long NeighborBytes { get; set; }

    public long UploadedBytes { get; set; }

    public long DuplicateBytes { get; set; }

    public long OriginDuplicateBytes { get; set; }

    public long ControlBytesSent { get; set; }

    public long ControlBytesReceived { get; set; }

    /// <summary>What went up the line besides media, with headers and the acknowledgments of what came down.</summary>
    public long BesidesMediaWireBytes { get; set; }

    public long ChunksDue { get; set; }

    public long ChunksOnTime { get; set; }

    public long ChunksSkipped { get; set; }

    public int Stalls { get; set; }

    public TimeSpan StallTime { get; set; }

    public long Fallbacks { get; set; }

    public long SeedChunks { get; set; }

    public long CorruptChunks { get; set; }

    public int NeighborsConnectedTotal { get; set; }

    public int ConnectionsFailed { get; set; }

    public long RequestsSent { get; set; }

    public long RequestsRejected { get; set; }

    public long RequestsTimedOut { get; set; }

    /// <summary>Counts a verified chunk from the origin.</summary>
    public void CountOrigin(OriginCause cause, int bytes)
    {
        switch (cause)
        {
            case OriginCause.Seed:
                OriginSeedBytes += bytes;
                SeedChunks++;
                break;
            case OriginCause.Fallback:
                OriginFallbackBytes += bytes;
                Fallbacks++;
                break;
            default:
                OriginStartupBytes += bytes;
                break;
        }
    }

    /// <summary>The figures that are counted here; the rest is for the caller to add.</summary>
    public SwarmStatistics Snapshot() => new()
    {
        OriginStartupBytes = OriginStartupBytes,
        OriginSeedBytes = OriginSeedBytes,
        OriginFallbackBytes = OriginFallbackBytes,
        NeighborBytes = NeighborBytes,
        UploadedBytes = UploadedBytes,
        DuplicateBytes = DuplicateBytes,
        OriginDuplicateBytes = OriginDuplicateBytes,
        ControlBytesSent = ControlBytesSent,
        ControlBytesReceived = ControlBytesReceived,
        ChunksDue = ChunksDue,
        ChunksOnTime = ChunksOnTime,
        ChunksSkipped = ChunksSkipped,
        Stalls = Stalls,
        Fallbacks = Fallbacks,
        SeedChunks = SeedChunks,
        CorruptChunks = CorruptChunks,
        NeighborsConnectedTotal = NeighborsConnectedTotal,
        ConnectionsFailed = ConnectionsFailed,
        RequestsSent = RequestsSent,
        RequestsRejected = RequestsRejected,
        RequestsTimedOut = RequestsTimedOut,
    };
}
