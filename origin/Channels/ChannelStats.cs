namespace Peercast.Origin.Channels;

/// <summary>Counters of one channel since the origin started. All members are safe from any thread.</summary>
internal sealed class ChannelStats
{
    private long _mediaBytes;
    private long _hlsBytes;
    private long _batchBytes;
    private long _initBytes;
    private long _chunksServed;
    private long _restarts;

    /// <summary>Chunk payload bytes sent over /media: the origin's egress to the swarm.</summary>
    public long MediaBytes => Interlocked.Read(ref _mediaBytes);

    /// <summary>Bytes of HLS segments sent.</summary>
    public long HlsBytes => Interlocked.Read(ref _hlsBytes);

    /// <summary>Bytes of manifest batches sent.</summary>
    public long BatchBytes => Interlocked.Read(ref _batchBytes);

    /// <summary>Bytes of init segments sent over /media and HLS.</summary>
    public long InitBytes => Interlocked.Read(ref _initBytes);

    /// <summary>Chunks sent over /media.</summary>
    public long ChunksServed => Interlocked.Read(ref _chunksServed);

    /// <summary>How often ffmpeg was started again within an ingest.</summary>
    public long IngestRestarts => Interlocked.Read(ref _restarts);

    /// <summary>A chunk went out.</summary>
    public void AddChunk(int bytes)
    {
        Interlocked.Add(ref _mediaBytes, bytes);
        Interlocked.Increment(ref _chunksServed);
    }

    /// <summary>A piece of HLS went out.</summary>
    public void AddHls(int bytes) => Interlocked.Add(ref _hlsBytes, bytes);

    /// <summary>A batch went out.</summary>
    public void AddBatch(int bytes) => Interlocked.Add(ref _batchBytes, bytes);

    /// <summary>An init segment went out.</summary>
    public void AddInit(int bytes) => Interlocked.Add(ref _initBytes, bytes);

    /// <summary>ffmpeg had to be started again.</summary>
    public void AddRestart() => Interlocked.Increment(ref _restarts);
}

/// <summary>What the viewers of a channel say of themselves, summed up by the tracker.</summary>
/// <param name="Viewers">Connected now.</param>
/// <param name="OriginBytes">Media bytes that they had from the origin.</param>
/// <param name="NeighborBytes">Media bytes that they had from neighbors.</param>
internal readonly record struct ViewerTotals(int Viewers, long OriginBytes, long NeighborBytes)
{
    /// <summary>Offload ratio: neighbor bytes over all media bytes received, 0 when there are none.</summary>
    public double OffloadRatio => OriginBytes + NeighborBytes > 0 ? (double)NeighborBytes / (OriginBytes + NeighborBytes) : 0;
}
