using Peercast.Protocol.Chunks;
using Peercast.Protocol.Primitives;

namespace Peercast.Simulation.Engines.Reference;

/// <summary>A chunk that the origin has named.</summary>
/// <param name="info">What the origin says of it.</param>
/// <param name="batch">Where it says so.</param>
/// <param name="knownAt">When this viewer heard of it.</param>
internal sealed class KnownChunk(ChunkInfo info, SignedBatch batch, TimeSpan knownAt)
{
    public ChunkInfo Info { get; } = info;

    public SignedBatch Batch { get; } = batch;

    public TimeSpan KnownAt { get; } = knownAt;

    public ChunkId Id => Info.Id;

    /// <summary>The bytes as received; empty: not there.</summary>
    public ReadOnlyMemory<byte> Bytes { get; set; }

    /// <summary>The bytes are there.</summary>
    public bool IsReceived => !Bytes.IsEmpty;

    /// <summary>It may be played and passed on: at once, or when its whole segment is there.</summary>
    public bool IsHeld { get; set; }

    /// <summary>Why it is fetched from the origin, if it is.</summary>
    public FetchCause Cause { get; set; }

    /// <summary>The fetch from the origin under way for it; 0: none.</summary>
    public int Fetch { get; set; }

    /// <summary>The download from a neighbor under way for it.</summary>
    public Download? Download { get; set; }
}
