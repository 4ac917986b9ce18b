using System.Collections.Immutable;
using Peercast.Protocol.Primitives;

namespace Peercast.Protocol.Chunks;

/// <summary>
/// A run of chunks as signed by the origin: what makes a chunk from a stranger worth the same as one from the origin.
/// Self-certifying, so neighbors pass it on byte for byte.
/// </summary>
/// <param name="ChannelFingerprint">SHA-256 of the channel's public key.</param>
/// <param name="Rendition">The rendition's name, 1 to 64 bytes of UTF-8.</param>
/// <param name="Epoch">Grows by one with each ingest restart; all chunks of a batch belong to one.</param>
/// <param name="InitIndex">Which init segment the chunks need; a new one only where the codec parameters changed.</param>
/// <param name="InitHash">SHA-256 of that init segment.</param>
/// <param name="FirstChunk">The first chunk's id; the others follow without a gap.</param>
/// <param name="WallClock">When the first chunk was complete at the origin, in Unix milliseconds by the origin's clock.</param>
/// <param name="Chunks">1 to <see cref="MaxChunks"/> chunks.</param>
public sealed record ManifestBatch(
    Hash256 ChannelFingerprint,
    string Rendition,
    int Epoch,
    int InitIndex,
    Hash256 InitHash,
    ChunkId FirstChunk,
    long WallClock,
    ImmutableArray<ChunkInfo> Chunks)
{
    /// <summary>The most chunks one batch may hold.</summary>
    public const int MaxChunks = 64;

    /// <summary>The most bytes one encoded batch may have, signature included.</summary>
    public const int MaxEncodedLength = 8 * 1024;

    /// <summary>The ids that the batch covers.</summary>
    public ChunkRange Range => new(FirstChunk, FirstChunk + (Chunks.Length - 1));
}

/// <summary>A batch together with the exact bytes that were signed and the signature, to be passed on unchanged.</summary>
/// <param name="Batch">The content.</param>
/// <param name="Encoded">Content and signature as on the wire, see <see cref="ManifestCodec"/>.</param>
public sealed record SignedBatch(ManifestBatch Batch, ReadOnlyMemory<byte> Encoded);
