using Peercast.Player.Session;
using Peercast.Protocol.Chunks;
using Peercast.Protocol.Primitives;
using Peercast.Protocol.Swarm;

namespace Peercast.Player.Tests.Support;

/// <summary>Knows no channel: nothing is genuine.</summary>
internal sealed class NoContent : IContentVerifier
{
    public Hash256 ChannelFingerprint => default;

    public string Rendition => "";

    public SignedBatch? TryVerify(ReadOnlySpan<byte> encoded) => null;

    public bool IsGenuine(in ChunkInfo chunk, ReadOnlyMemory<byte> bytes) => false;
}

/// <summary>Carries out nothing but the wish for a connection, and for batches where the test says how.</summary>
internal sealed class ConnectEffects(Action<PeerId> connect, Action<ChunkId, TimeSpan>? fetchBatches = null) : ISwarmEffects
{
    public void Connect(PeerId peer) => connect(peer);

    public void Disconnect(NeighborConnection neighbor, DisconnectReason reason)
    {
    }

    public void WantPeers(int count, IReadOnlyList<PeerId> exclude)
    {
    }

    public void FetchChunks(int request, ChunkRange range)
    {
    }

    public void CancelFetch(int request)
    {
    }

    public void FetchBatches(ChunkId from, TimeSpan wait) => fetchBatches?.Invoke(from, wait);

    public void Deliver(ChunkInfo chunk, SignedBatch batch, ReadOnlyMemory<byte> bytes)
    {
    }

    public void Skip(ChunkRange lost)
    {
    }

    public void RelayedSignal(PeerId from, ReadOnlyMemory<byte> message)
    {
    }
}
