using Peercast.Protocol.Primitives;

namespace Peercast.Simulation.Engines.Reference;

/// <summary>A run of chunks on its way from a neighbor.</summary>
/// <param name="request">Its number, no other's.</param>
/// <param name="neighbor">From whom.</param>
/// <param name="range">What was asked for.</param>
/// <param name="now">The time.</param>
internal sealed class Download(uint request, ReferenceNeighbor neighbor, ChunkRange range, TimeSpan now)
{
    public uint Request { get; } = request;

    public ReferenceNeighbor Neighbor { get; } = neighbor;

    public ChunkRange Range { get; } = range;

    public TimeSpan BeganAt { get; } = now;

    /// <summary>When bytes last came; from the beginning on, too.</summary>
    public TimeSpan LastBytesAt { get; set; } = now;

    /// <summary>Payload received of each chunk.</summary>
    public int[] Received { get; } = new int[range.Count];

    /// <summary>Chunks received whole.</summary>
    public int Chunks { get; set; }

    /// <summary>It came, or was given up.</summary>
    public bool IsOver { get; set; }

    /// <summary>All of them.</summary>
    public bool IsComplete => Chunks == Range.Count;
}
