using Peercast.Protocol.Chunks;
using Peercast.Protocol.Primitives;
using Peercast.Protocol.Swarm;
using Peercast.Protocol.Wire;
using Peercast.Simulation.Engines.Reference;

namespace Peercast.Simulation.Tests.Engines;

/// <summary>Notes what an engine wants done.</summary>
internal sealed class RecordingSink : ISwarmSink
{
    public List<ChunkRange> Fetches { get; } = [];

    public List<int> CanceledFetches { get; } = [];

    public List<(NeighborId To, ChunkRange Range)> Requests { get; } = [];

    public List<(NeighborId To, ReferenceMessageKind Kind)> Messages { get; } = [];

    public List<(NeighborId To, DataFragment Fragment)> Fragments { get; } = [];

    public List<NeighborId> Dropped { get; } = [];

    public List<ChunkId> Delivered { get; } = [];

    public List<ChunkRange> Skipped { get; } = [];

    public void SendControl(NeighborId neighbor, ReadOnlyMemory<byte> message)
    {
        var kind = (ReferenceMessageKind)message.Span[0];
        Messages.Add((neighbor, kind));
        if (kind == ReferenceMessageKind.Request)
        {
            Requests.Add((neighbor, ReferenceMessage.ReadRange(message.Span)));
        }
    }

    public void SendData(NeighborId neighbor, ReadOnlyMemory<byte> message) => throw new NotSupportedException();

    public void SendFragment(NeighborId neighbor, in DataFragment fragment) => Fragments.Add((neighbor, fragment));

    public void Connect(PeerId peer)
    {
    }

    public void Disconnect(NeighborId neighbor, DisconnectReason reason) => Dropped.Add(neighbor);

    public void WantPeers(int count, IReadOnlyList<PeerId> exclude)
    {
    }

    public void FetchChunks(int request, ChunkRange range) => Fetches.Add(range);

    public void CancelFetch(int request) => CanceledFetches.Add(request);

    public void FetchBatches(ChunkId from, TimeSpan wait)
    {
    }

    public void Deliver(ChunkInfo chunk, SignedBatch batch, ReadOnlyMemory<byte> bytes) => Delivered.Add(chunk.Id);

    public void Skip(ChunkRange lost) => Skipped.Add(lost);
}
