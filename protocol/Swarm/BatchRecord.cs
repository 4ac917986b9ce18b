using Peercast.Protocol.Chunks;

namespace Peercast.Protocol.Swarm;

/// <summary>A verified batch and which neighbors are known to have it.</summary>
internal sealed class BatchRecord(SignedBatch signed)
{
    public SignedBatch Signed { get; } = signed;

    /// <summary>A bit for each neighbor slot.</summary>
    public ulong KnownBy { get; set; }
}
