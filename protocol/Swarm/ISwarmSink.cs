using Peercast.Protocol.Chunks;
using Peercast.Protocol.Primitives;
using Peercast.Protocol.Wire;

namespace Peercast.Protocol.Swarm;

/// <summary>
/// The driver's side of <see cref="SwarmSession"/>: what the engine wants done. Called only from within
/// <see cref="SwarmSession.Drain"/>; an implementation must not call back into the session from here.
/// </summary>
public interface ISwarmSink
{
    /// <summary>Send a message on the neighbor's reliable, ordered control channel.</summary>
    void SendControl(NeighborId neighbor, ReadOnlyMemory<byte> message);

    /// <summary>
    /// Send a message on the neighbor's reliable, unordered data channel. The driver reports what the channel's buffer
    /// holds with <see cref="SwarmSession.DataBufferChanged"/>: once after the messages of one drain, and whenever it
    /// falls. No more than two chunks are put into a buffer that was not reported to have drained.
    /// </summary>
    void SendData(NeighborId neighbor, ReadOnlyMemory<byte> message);

    /// <summary>
    /// As <see cref="SendData"/>, before it is encoded: a driver that can does so into a buffer of its own, or passes the
    /// chunk on by reference.
    /// </summary>
    void SendFragment(NeighborId neighbor, in DataFragment fragment) => SendData(neighbor, fragment.Encode());

    /// <summary>Connect to a candidate peer; ends in <see cref="SwarmSession.NeighborConnected"/> or <see cref="SwarmSession.ConnectFailed"/>.</summary>
    void Connect(PeerId peer);

    /// <summary>Close the connection. The session has forgotten the neighbor already.</summary>
    void Disconnect(NeighborId neighbor, DisconnectReason reason);

    /// <summary>Ask the tracker for more candidate peers.</summary>
    void WantPeers(int count, IReadOnlyList<PeerId> exclude);

    /// <summary>Fetch a run of chunks from the origin; ends in <see cref="SwarmSession.OriginFetchEnded"/>.</summary>
    void FetchChunks(int request, ChunkRange range);

    /// <summary>A fetch is no longer wanted. It may still end as if nothing had been said.</summary>
    void CancelFetch(int request);

    /// <summary>
    /// Fetch the manifest batches from <paramref name="from"/> on, waiting up to <paramref name="wait"/> at the origin
    /// for a new one; ends in <see cref="SwarmSession.OriginBatchesEnded"/>. At most one is under way at a time.
    /// </summary>
    void FetchBatches(ChunkId from, TimeSpan wait);

    /// <summary>The next chunk in order is there and verified. The memory stays valid and unchanged.</summary>
    void Deliver(ChunkInfo chunk, SignedBatch batch, ReadOnlyMemory<byte> bytes);

    /// <summary>These chunks are lost for playback: the deadline passed and nobody has them. The next delivery goes on behind them.</summary>
    void Skip(ChunkRange lost);

    /// <summary>
    /// A signaling message (an offer, an answer, an ICE candidate) that came through a common neighbor instead of the
    /// tracker; answer with <see cref="SwarmSession.TryRelaySignal"/>. A driver that ignores it cannot be reached this way.
    /// </summary>
    void RelayedSignal(PeerId from, ReadOnlyMemory<byte> message)
    {
    }
}
