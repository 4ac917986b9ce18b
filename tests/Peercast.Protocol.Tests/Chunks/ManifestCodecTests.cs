using System.Collections.Immutable;
using System.Security.Cryptography;
using Peercast.Protocol.Chunks;
using Peercast.Protocol.Primitives;

namespace Peercast.Protocol.Tests.Chunks;

public sealed class ManifestCodecTests : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    private byte[] PublicKey => _key.ExportSubjectPublicKeyInfo();

    public void Dispose() => _key.Dispose();

    [Fact]
    public void TryDecode_WhatSignWrote_IsTheSameBatch()
    {
        ManifestBatch batch = Batch(chunks: 5);
        SignedBatch signed = ManifestCodec.Sign(batch, _key);

        Assert.True(ManifestCodec.TryDecode(signed.Encoded.Span, out ManifestBatch? decoded));
        Assert.Equal(batch with { Chunks = [] }, decoded! with { Chunks = [] });
        Assert.Equal(batch.Chunks.AsSpan(), decoded.Chunks.AsSpan());
    }

    [Fact]
    public void TryVerify_SignedByTheChannel_IsAccepted()
    {
        using ManifestVerifier verifier = Verifier();
        SignedBatch signed = ManifestCodec.Sign(Batch(chunks: 3), _key);

        SignedBatch? verified = verifier.TryVerify(signed.Encoded.Span);

        Assert.NotNull(verified);
        Assert.True(verified.Encoded.Span.SequenceEqual(signed.Encoded.Span));
    }

    [Fact]
    public void TryVerify_AnyBitFlipped_IsRefused()
    {
        using ManifestVerifier verifier = Verifier();
        byte[] encoded = ManifestCodec.Sign(Batch(chunks: 1), _key).Encoded.ToArray();
        for (int bit = 0; bit < encoded.Length * 8; bit++)
        {
            encoded[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Null(verifier.TryVerify(encoded));
            encoded[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void TryVerify_SignedByAnotherKey_IsRefused()
    {
        using ManifestVerifier verifier = Verifier();
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        Assert.Null(verifier.TryVerify(ManifestCodec.Sign(Batch(chunks: 1), other).Encoded.Span));
    }

    [Fact]
    public void TryVerify_OfAnotherRendition_IsRefused()
    {
        using ManifestVerifier verifier = ManifestVerifier.TryCreate(PublicKey, expected: null, "low")!;

        Assert.Null(verifier.TryVerify(ManifestCodec.Sign(Batch(chunks: 1), _key).Encoded.Span));
    }

    [Fact]
    public void TryCreate_FingerprintOfAnotherKey_IsRefused()
    {
        Assert.Null(ManifestVerifier.TryCreate(PublicKey, Hash256.Of("another"u8), "main"));
    }

    [Fact]
    public void TryCreate_KeyThatIsNone_IsRefused()
    {
        using ECDsa p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);

        Assert.Null(ManifestVerifier.TryCreate([1, 2, 3], expected: null, "main"));
        Assert.Null(ManifestVerifier.TryCreate(p384.ExportSubjectPublicKeyInfo(), expected: null, "main"));
    }

    [Fact]
    public void Sign_TooManyChunks_Throws()
    {
        Assert.Throws<ArgumentException>(() => ManifestCodec.Sign(Batch(ManifestBatch.MaxChunks + 1), _key));
    }

    [Fact]
    public void TryDecode_RandomAndMutatedBytes_NeverThrows()
    {
        var random = new Random(7);
        byte[] valid = ManifestCodec.Sign(Batch(chunks: 4), _key).Encoded.ToArray();
        byte[] noise = new byte[1024];
        for (int i = 0; i < 100_000; i++)
        {
            if (i % 2 == 0)
            {
                byte[] mutated = valid.AsSpan(0, random.Next(10) == 0 ? random.Next(valid.Length) : valid.Length).ToArray();
                for (int flips = random.Next(1, 6); flips > 0 && mutated.Length > 0; flips--)
                {
                    mutated[random.Next(mutated.Length)] = (byte)random.Next(256);
                }

                CheckBounds(mutated);
            }
            else
            {
                random.NextBytes(noise);
                noise[0] = 1;
                CheckBounds(noise.AsSpan(0, random.Next(noise.Length)));
            }
        }
    }

    private static void CheckBounds(ReadOnlySpan<byte> encoded)
    {
        if (ManifestCodec.TryDecode(encoded, out ManifestBatch? batch))
        {
            Assert.InRange(batch!.Chunks.Length, 1, ManifestBatch.MaxChunks);
            Assert.All(batch.Chunks, chunk => Assert.InRange(chunk.Length, 1, ChunkInfo.MaxLength));
        }
    }

    private ManifestVerifier Verifier() => ManifestVerifier.TryCreate(PublicKey, Hash256.Of(PublicKey), "main")!;

    private ManifestBatch Batch(int chunks)
    {
        var infos = Enumerable.Range(0, chunks).Select(i => new ChunkInfo(
            new ChunkId(1000 + i),
            Segment: 70 + (i / 2),
            Part: i % 2,
            Offset: i * 10,
            Length: 20_000 + i,
            new MediaTime(5_000_000 + (i * 200_000)),
            new MediaTime(200_000),
            i % 2 == 0 ? ChunkFlags.Keyframe | ChunkFlags.EndOfPart : ChunkFlags.EndOfPart,
            Hash256.Of([(byte)i]))).ToImmutableArray();
        return new ManifestBatch(Hash256.Of(PublicKey), "main", 2, 1, Hash256.Of("init"u8), new ChunkId(1000), 1_770_000_000_000, infos);
    }
}
