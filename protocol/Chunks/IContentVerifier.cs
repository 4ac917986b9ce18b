using Peercast.Protocol.Primitives;

namespace Peercast.Protocol.Chunks;

/// <summary>
/// What a session believes: whose batches, and which bytes for a chunk. <see cref="ManifestVerifier"/> is the one to
/// use; the seam is for simulations, where ten thousand sessions in one process would check the same bytes over and over.
/// </summary>
public interface IContentVerifier
{
    /// <summary>SHA-256 of the channel's public key.</summary>
    Hash256 ChannelFingerprint { get; }

    /// <summary>The rendition that batches must name.</summary>
    string Rendition { get; }

    /// <summary>Decodes and checks a batch. Never throws on a peer's bytes.</summary>
    /// <returns><see langword="null"/> when it is malformed, of another channel or rendition, or not signed by the channel's key.</returns>
    SignedBatch? TryVerify(ReadOnlySpan<byte> encoded);

    /// <summary>Whether the bytes are the chunk that a verified batch names.</summary>
    bool IsGenuine(in ChunkInfo chunk, ReadOnlyMemory<byte> bytes);
}
