using Peercast.Protocol.Chunks;
using Peercast.Protocol.Primitives;
using Peercast.Protocol.Swarm;
using Peercast.Protocol.Wire;
using Peercast.Simulation.Kernel;

namespace Peercast.Simulation.Viewers;

/// <summary>Carries out what the engine wants, as the player does.</summary>
internal sealed class ViewerSink(Viewer viewer) : ISwarmSink
{
    /// <summary>Connections whose send buffers the engine is to be told about.</summary>
    public List<Connection> SentTo { get; } = [];

    /// <inheritdoc/>
    public void SendControl(NeighborId neighbor, ReadOnlyMemory<byte> message)
    {
        if (viewer.Connections.Find(neighbor) is { } connection)
        {
            viewer.Network.SendControl(connection, message);
        }
    }

    /// <inheritdoc/>
    public void SendData(NeighborId neighbor, ReadOnlyMemory<byte> message) =>
        throw new NotSupportedException("Data goes out as fragments that are not encoded.");

    /// <inheritdoc/>
    public void SendFragment(NeighborId neighbor, in DataFragment fragment)
    {
        if (viewer.Connections.Find(neighbor) is not { } connection)
        {
            return;
        }

        viewer.Network.SendData(connection, fragment);
        if (!connection.IsSentTo)
        {
            connection.IsSentTo = true;
            SentTo.Add(connection);
        }
    }

    /// <inheritdoc/>
    public void Connect(PeerId peer) => viewer.Connections.Offer(peer);

    /// <inheritdoc/>
    public void Disconnect(NeighborId neighbor, DisconnectReason reason)
    {
        if (viewer.Connections.Find(neighbor) is { } connection)
        {
            SentTo.Remove(connection);
            viewer.Connections.Part(connection);
            viewer.Connections.Close(connection);
        }
    }

    /// <inheritdoc/>
    public void WantPeers(int count, IReadOnlyList<PeerId> exclude) => viewer.Signaling.WantPeers(count, exclude);

    /// <inheritdoc/>
    public void FetchChunks(int request, ChunkRange range) => viewer.Origin.FetchChunks(request, range);

    /// <inheritdoc/>
    public void CancelFetch(int request) => viewer.Origin.CancelFetch(request);

    /// <inheritdoc/>
    public void FetchBatches(ChunkId from, TimeSpan wait) => viewer.Origin.FetchBatches(from, wait);

    /// <inheritdoc/>
    public void Deliver(ChunkInfo chunk, SignedBatch batch, ReadOnlyMemory<byte> bytes) => viewer.Log.Deliver(viewer.Now, chunk, bytes);

    /// <inheritdoc/>
    public void Skip(ChunkRange lost) => viewer.Log.Skip(lost);

    /// <inheritdoc/>
    public void RelayedSignal(PeerId from, ReadOnlyMemory<byte> message) =>
        viewer.Schedule(viewer.Now, new SimEvent(EventKind.RelayedSignal, (long)from.Value, null, message));
}
