using System.Buffers.Binary;
using Peercast.Protocol.Chunks;
using Peercast.Protocol.Primitives;
using Peercast.Simulation.Media;

namespace Peercast.Simulation.Viewers;

/// <summary>
/// Checks what all viewers of the process see without doing it anew for each: bytes that are the origin's own, in the
/// same place in memory, need no hash, and a batch that the origin signed no second look. Anything else is checked as
/// in production.
/// </summary>
internal sealed class SharedVerifier : IDisposable
{
    private readonly Broadcast _broadcast;
    private readonly ManifestVerifier _production;
    private readonly Dictionary<long, SignedBatch> _known = [];
    private readonly Lock _gate = new();

    public SharedVerifier(Broadcast broadcast)
    {
        _broadcast = broadcast;
        _production = ManifestVerifier.TryCreate(broadcast.PublicKey, broadcast.Fingerprint, Broadcast.Rendition)!;
        for (int i = 0; i < broadcast.BatchCount; i++)
        {
            SignedBatch signed = _production.TryVerify(broadcast.Batch(i).Encoded.Span)
                ?? throw new InvalidOperationException("The broadcast's own batch does not verify.");
            _known.Add(Key(signed.Encoded.Span), signed);
        }
    }

    /// <summary>The verifier of one viewer.</summary>
    /// <param name="genuine">Told of every chunk found genuine.</param>
    public IContentVerifier For(Action<ChunkId> genuine) => new ViewerVerifier(this, genuine);

    /// <inheritdoc/>
    public void Dispose() => _production.Dispose();

    /// <summary>The end of the signature: as good as a random number.</summary>
    private static long Key(ReadOnlySpan<byte> encoded) => BinaryPrimitives.ReadInt64LittleEndian(encoded[^8..]);

    private SignedBatch? TryVerify(ReadOnlySpan<byte> encoded)
    {
        if (encoded.Length >= 8 && _known.TryGetValue(Key(encoded), out SignedBatch? known) && known.Encoded.Span.SequenceEqual(encoded))
        {
            return known;
        }

        lock (_gate)
        {
            return _production.TryVerify(encoded);
        }
    }

    private bool IsGenuine(in ChunkInfo chunk, ReadOnlyMemory<byte> bytes) =>
        bytes.Equals(_broadcast.Payload(chunk.Id)) || _production.IsGenuine(chunk, bytes);

    private sealed class ViewerVerifier(SharedVerifier shared, Action<ChunkId> genuine) : IContentVerifier
    {
        public Hash256 ChannelFingerprint => shared._production.ChannelFingerprint;

        public string Rendition => shared._production.Rendition;

        public SignedBatch? TryVerify(ReadOnlySpan<byte> encoded) => shared.TryVerify(encoded);

        public bool IsGenuine(in ChunkInfo chunk, ReadOnlyMemory<byte> bytes)
        {
            bool isGenuine = shared.IsGenuine(chunk, bytes);
            if (isGenuine)
            {
                genuine(chunk.Id);
            }

            return isGenuine;
        }
    }
}
