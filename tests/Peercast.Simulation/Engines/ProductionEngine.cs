using System.Collections.Immutable;
using Peercast.Protocol.Chunks;
using Peercast.Protocol.Primitives;
using Peercast.Protocol.Swarm;
using Peercast.Protocol.Wire;

namespace Peercast.Simulation.Engines;

/// <summary>The engine of the player, unchanged.</summary>
internal sealed class ProductionEngine(SwarmOptions options, IContentVerifier verifier, Random random) : IViewerEngine
{
    private readonly SwarmSession _session = new(options, verifier, random);

    public TimeSpan NextDeadline => _session.NextDeadline;

    public PlaybackState State => _session.State;

    public void Start(TimeSpan now, ChunkId first) => _session.Start(now, first);

    public void Seek(TimeSpan now, ChunkId segmentStart) => _session.Seek(now, segmentStart);

    public void SetOriginClock(TimeSpan now, long originUnixMs) => _session.SetOriginClock(now, originUnixMs);

    public void AddOriginBatch(TimeSpan now, ReadOnlySpan<byte> encoded) => _session.AddOriginBatch(now, encoded);

    public void AddOriginChunk(TimeSpan now, ChunkId id, ReadOnlyMemory<byte> bytes) => _session.AddOriginChunk(now, id, bytes);

    public void SetJoining(TimeSpan now, bool isJoining) => _session.SetJoining(now, isJoining);

    public void OriginFetchEnded(TimeSpan now, int request, OriginFetchResult result) => _session.OriginFetchEnded(now, request, result);

    public void OriginBatchesEnded(TimeSpan now, OriginFetchResult result) => _session.OriginBatchesEnded(now, result);

    public void Join(TimeSpan now, PeerId me) => _session.Join(now, me);

    public void CandidatePeers(TimeSpan now, ReadOnlySpan<(PeerId Peer, int UplinkKbps)> peers) => _session.CandidatePeers(now, peers);

    public void SetSeeds(TimeSpan now, long version, int copies, ImmutableArray<(PeerId Peer, double Weight)> seeds) =>
        _session.SetSeeds(now, version, copies, seeds);

    public bool AcceptsNeighbor(PeerId peer) => _session.AcceptsNeighbor(peer);

    public void NeighborConnecting(TimeSpan now, PeerId peer) => _session.NeighborConnecting(now, peer);

    public void NeighborConnected(TimeSpan now, NeighborId neighbor, PeerId peer, bool weOffered) =>
        _session.NeighborConnected(now, neighbor, peer, weOffered);

    public void NeighborClosed(TimeSpan now, NeighborId neighbor) => _session.NeighborClosed(now, neighbor);

    public void ConnectFailed(TimeSpan now, PeerId peer) => _session.ConnectFailed(now, peer);

    public void Receive(TimeSpan now, NeighborId neighbor, ReadOnlySpan<byte> message) =>
        _session.Receive(now, neighbor, onDataChannel: false, message);

    public void Receive(TimeSpan now, NeighborId neighbor, in DataFragment fragment) => _session.Receive(now, neighbor, fragment);

    public void DataBufferChanged(TimeSpan now, NeighborId neighbor, long bufferedBytes) =>
        _session.DataBufferChanged(now, neighbor, bufferedBytes);

    public bool TryRelaySignal(TimeSpan now, PeerId to, ReadOnlySpan<byte> message) => _session.TryRelaySignal(now, to, message);

    public void Tick(TimeSpan now) => _session.Tick(now);

    public void Drain(ISwarmSink sink) => _session.Drain(sink);

    public void Leave(TimeSpan now) => _session.Leave(now);

    public SwarmStatistics GetStatistics(TimeSpan now) => _session.GetStatistics(now);
}
