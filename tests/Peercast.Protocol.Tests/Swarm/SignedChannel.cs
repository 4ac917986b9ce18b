using System.Security.Cryptography;
using Peercast.Protocol.Chunks;
using Peercast.Protocol.Primitives;

namespace Peercast.Protocol.Tests.Swarm;

/// <summary>Makes and signs batches of a channel one by one: a segment of five parts of 200 ms, each of two chunks of 10 bytes that are nowhere.</summary>
internal sealed class SignedChannel : IDisposable
{
    public const int ChunksPerPart = 2;
    public static readonly TimeSpan PartDuration = TimeSpan.FromMilliseconds(200);
    private const int PartsPerSegment = 5;
    private const int ChunkLength = 10;
    private const string Rendition = "main";
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly Hash256 _fingerprint;

    public SignedChannel()
    {
        byte[] publicKey = _key.ExportSubjectPublicKeyInfo();
        _fingerprint = Hash256.Of(publicKey);
        Verifier = ManifestVerifier.TryCreate(publicKey, null, Rendition)!;
    }

    public ManifestVerifier Verifier { get; }

    /// <summary>Chunks of all batches so far.</summary>
    public int Chunks { get; private set; }

    /// <summary>Up to where the batches so far reach.</summary>
    public TimeSpan End => PartDuration * (Chunks / ChunksPerPart);

    public SignedBatch NextBatch()
    {
        ChunkInfo[] chunks = [.. Enumerable.Range(Chunks, PartsPerSegment * ChunksPerPart).Select(Describe)];
        Chunks += chunks.Length;
        return ManifestCodec.Sign(new ManifestBatch(_fingerprint, Rendition, 0, 0, default, chunks[0].Id, 0, [.. chunks]), _key);
    }

    public void Dispose()
    {
        Verifier.Dispose();
        _key.Dispose();
    }

    private static ChunkInfo Describe(int id)
    {
        int part = id / ChunksPerPart, slice = id % ChunksPerPart;
        return new ChunkInfo(
            new ChunkId(id),
            part / PartsPerSegment,
            part % PartsPerSegment,
            slice * ChunkLength,
            ChunkLength,
            MediaTime.FromTimeSpan(PartDuration * part),
            MediaTime.FromTimeSpan(PartDuration),
            (slice == ChunksPerPart - 1 ? ChunkFlags.EndOfPart : ChunkFlags.None) | (part % PartsPerSegment == 0 ? ChunkFlags.Keyframe : ChunkFlags.None),
            default);
    }
}
