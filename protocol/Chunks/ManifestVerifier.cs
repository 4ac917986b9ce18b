using System.Security.Cryptography;
using Peercast.Protocol.Primitives;

namespace Peercast.Protocol.Chunks;

/// <summary>Checks manifest batches against one channel's key. Safe to call from one thread at a time.</summary>
public sealed class ManifestVerifier : IContentVerifier, IDisposable
{
    private readonly ECDsa _key;

    private ManifestVerifier(ECDsa key, Hash256 fingerprint, string rendition)
    {
        _key = key;
        ChannelFingerprint = fingerprint;
        Rendition = rendition;
    }

    /// <summary>SHA-256 of the channel's public key.</summary>
    public Hash256 ChannelFingerprint { get; }

    /// <summary>The rendition that batches must name.</summary>
    public string Rendition { get; }

    /// <summary>Takes a public key as the origin's descriptor gives it.</summary>
    /// <param name="publicKey">SubjectPublicKeyInfo, DER; a P-256 key.</param>
    /// <param name="expected">The fingerprint of the watch link, or <see langword="null"/> where the link had none.</param>
    /// <param name="rendition">The rendition that batches must name.</param>
    /// <returns><see langword="null"/> when it is no P-256 key or not the one expected.</returns>
    public static ManifestVerifier? TryCreate(ReadOnlySpan<byte> publicKey, Hash256? expected, string rendition)
    {
        Hash256 fingerprint = Hash256.Of(publicKey);
        if (expected is { } wanted && wanted != fingerprint)
        {
            return null;
        }

        var key = ECDsa.Create();
        try
        {
            key.ImportSubjectPublicKeyInfo(publicKey, out int read);
            if (read == publicKey.Length && key.KeySize == 256)
            {
                return new ManifestVerifier(key, fingerprint, rendition);
            }
        }
        catch (CryptographicException)
        {
            // Not a key: the answer below says so.
        }

        key.Dispose();
        return null;
    }

    /// <summary>Decodes and checks a batch. Never throws on a peer's bytes.</summary>
    /// <returns><see langword="null"/> when it is malformed, of another channel or rendition, or not signed by the channel's key.</returns>
    public SignedBatch? TryVerify(ReadOnlySpan<byte> encoded)
    {
        if (!ManifestCodec.TryDecode(encoded, out ManifestBatch? batch)
            || batch!.ChannelFingerprint != ChannelFingerprint
            || !string.Equals(batch.Rendition, Rendition, StringComparison.Ordinal))
        {
            return null;
        }

        int body = encoded.Length - ManifestCodec.SignatureLength;
        bool valid = _key.VerifyData(
            encoded[..body], encoded[body..], HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        return valid ? new SignedBatch(batch, encoded.ToArray()) : null;
    }

    /// <inheritdoc/>
    public bool IsGenuine(in ChunkInfo chunk, ReadOnlyMemory<byte> bytes) =>
        chunk.Length == bytes.Length && Hash256.Of(bytes.Span) == chunk.Hash;

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();
}
