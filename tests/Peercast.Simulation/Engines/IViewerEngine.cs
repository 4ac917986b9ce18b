using System.Collections.Immutable;
using Peercast.Protocol.Primitives;
using Peercast.Protocol.Swarm;
using Peercast.Protocol.Wire;

namespace Peercast.Simulation.Engines;

/// <summary>
/// What a viewer's driver asks of an engine: the face of <see cref="SwarmSession"/>, method by method, so that engines
/// which decide otherwise run on the same lines, with the same tracker and origin, and are counted the same way.
/// </summary>
internal interface IViewerEngine
{
    /// <inheritdoc cref="SwarmSession.NextDeadline"/>
    TimeSpan NextDeadline { get; }

    /// <inheritdoc cref="SwarmSession.State"/>
    PlaybackState State { get; }

    /// <inheritdoc cref="SwarmSession.Start"/>
    void Start(TimeSpan now, ChunkId first);

    /// <inheritdoc cref="SwarmSession.Seek"/>
    void Seek(TimeSpan now, ChunkId segmentStart);

    /// <inheritdoc cref="SwarmSession.SetOriginClock"/>
    void SetOriginClock(TimeSpan now, long originUnixMs);

    /// <inheritdoc cref="SwarmSession.AddOriginBatch"/>
    void AddOriginBatch(TimeSpan now, ReadOnlySpan<byte> encoded);

    /// <inheritdoc cref="SwarmSession.AddOriginChunk"/>
    void AddOriginChunk(TimeSpan now, ChunkId id, ReadOnlyMemory<byte> bytes);

    /// <inheritdoc cref="SwarmSession.SetJoining"/>
    void SetJoining(TimeSpan now, bool isJoining);

    /// <inheritdoc cref="SwarmSession.OriginFetchEnded"/>
    void OriginFetchEnded(TimeSpan now, int request, OriginFetchResult result);

    /// <inheritdoc cref="SwarmSession.OriginBatchesEnded"/>
    void OriginBatchesEnded(TimeSpan now, OriginFetchResult result);

    /// <inheritdoc cref="SwarmSession.Join"/>
    void Join(TimeSpan now, PeerId me);

    /// <inheritdoc cref="SwarmSession.CandidatePeers"/>
    void CandidatePeers(TimeSpan now, ReadOnlySpan<(PeerId Peer, int UplinkKbps)> peers);

    /// <inheritdoc cref="SwarmSession.SetSeeds"/>
    void SetSeeds(TimeSpan now, long version, int copies, ImmutableArray<(PeerId Peer, double Weight)> seeds);

    /// <inheritdoc cref="SwarmSession.AcceptsNeighbor"/>
    bool AcceptsNeighbor(PeerId peer);

    /// <inheritdoc cref="SwarmSession.NeighborConnecting"/>
    void NeighborConnecting(TimeSpan now, PeerId peer);

    /// <inheritdoc cref="SwarmSession.NeighborConnected"/>
    void NeighborConnected(TimeSpan now, NeighborId neighbor, PeerId peer, bool weOffered);

    /// <inheritdoc cref="SwarmSession.NeighborClosed"/>
    void NeighborClosed(TimeSpan now, NeighborId neighbor);

    /// <inheritdoc cref="SwarmSession.ConnectFailed"/>
    void ConnectFailed(TimeSpan now, PeerId peer);

    /// <summary>A message arrived on a control channel.</summary>
    void Receive(TimeSpan now, NeighborId neighbor, ReadOnlySpan<byte> message);

    /// <inheritdoc cref="SwarmSession.Receive(TimeSpan, NeighborId, in DataFragment)"/>
    void Receive(TimeSpan now, NeighborId neighbor, in DataFragment fragment);

    /// <inheritdoc cref="SwarmSession.DataBufferChanged"/>
    void DataBufferChanged(TimeSpan now, NeighborId neighbor, long bufferedBytes);

    /// <inheritdoc cref="SwarmSession.TryRelaySignal"/>
    bool TryRelaySignal(TimeSpan now, PeerId to, ReadOnlySpan<byte> message) => false;

    /// <inheritdoc cref="SwarmSession.Tick"/>
    void Tick(TimeSpan now);

    /// <inheritdoc cref="SwarmSession.Drain"/>
    void Drain(ISwarmSink sink);

    /// <inheritdoc cref="SwarmSession.Leave"/>
    void Leave(TimeSpan now);

    /// <inheritdoc cref="SwarmSession.GetStatistics"/>
    SwarmStatistics GetStatistics(TimeSpan now);
}
