using Peercast.Protocol.Swarm;

namespace Peercast.Simulation.Engines.Reference;

/// <summary>The running figures of a reference engine, counted as the production engine counts its own.</summary>
internal sealed class Tally
{
    public long OriginStartupBytes { get; set; }

    public long OriginSeedBytes { get; set; }

    public long OriginFallbackBytes { get; set; }

    public long OriginDuplicateBytes { get; set; }

    public long NeighborBytes { get; set; }

    public long UploadedBytes { get; set; }

    public long DuplicateBytes { get; set; }

    public long ControlBytesSent { get; set; }

    public long ControlBytesReceived { get; set; }

    public long ChunksDue { get; set; }

    public long ChunksOnTime { get; set; }

    public long ChunksSkipped { get; set; }

    public long ChunksReceived { get; set; }

    public int Stalls { get; set; }

    public long Fallbacks { get; set; }

    public long SeedChunks { get; set; }

    public long CorruptChunks { get; set; }

    public int Banned { get; set; }

    public int Connected { get; set; }

    public int ConnectionsFailed { get; set; }

    public long RequestsSent { get; set; }

    public long RequestsRejected { get; set; }

    public long RequestsTimedOut { get; set; }

    /// <summary>Counts a chunk from the origin.</summary>
    public void CountOrigin(FetchCause cause, int bytes)
    {
        ChunksReceived++;
        switch (cause)
        {
            case FetchCause.Share:
                OriginSeedBytes += bytes;
                SeedChunks++;
                break;
            case FetchCause.Hurry:
                OriginFallbackBytes += bytes;
                Fallbacks++;
                break;
            default:
                OriginStartupBytes += bytes;
                break;
        }
    }

    /// <summary>The figures that are counted here; playback's own are the playhead's to add.</summary>
    public SwarmStatistics Snapshot() => new()
    {
        OriginStartupBytes = OriginStartupBytes,
        OriginSeedBytes = OriginSeedBytes,
        OriginFallbackBytes = OriginFallbackBytes,
        OriginDuplicateBytes = OriginDuplicateBytes,
        NeighborBytes = NeighborBytes,
        UploadedBytes = UploadedBytes,
        DuplicateBytes = DuplicateBytes,
        ControlBytesSent = ControlBytesSent,
        ControlBytesReceived = ControlBytesReceived,
        ChunksDue = ChunksDue,
        ChunksOnTime = ChunksOnTime,
        ChunksSkipped = ChunksSkipped,
        ChunksReceived = ChunksReceived,
        Stalls = Stalls,
        Fallbacks = Fallbacks,
        SeedChunks = SeedChunks,
        CorruptChunks = CorruptChunks,
        Banned = Banned,
        NeighborsConnectedTotal = Connected,
        ConnectionsFailed = ConnectionsFailed,
        RequestsSent = RequestsSent,
        RequestsRejected = RequestsRejected,
        RequestsTimedOut = RequestsTimedOut,
    };
}

/// <summary>Why something is fetched from the origin.</summary>
internal enum FetchCause
{
    /// <summary>To begin with.</summary>
    Startup,

    /// <summary>Early, to give it to others.</summary>
    Share,

    /// <summary>Because it is due soon.</summary>
    Hurry,
}
