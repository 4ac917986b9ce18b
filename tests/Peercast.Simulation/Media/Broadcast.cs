using System.Collections.Immutable;
using System.Security.Cryptography;
using Peercast.Protocol.Chunks;
using Peercast.Protocol.Primitives;

namespace Peercast.Simulation.Media;

/// <summary>
/// What the channel will have shown by the end: parts cut into chunks, chunks into signed batches, with the times at
/// which the origin has them. The payloads are slices of one block of noise, so that a long broadcast costs no memory.
/// </summary>
internal sealed class Broadcast : IDisposable
{
    /// <summary>Media in one part.</summary>
    public static readonly TimeSpan PartDuration = TimeSpan.FromMilliseconds(200);

    /// <summary>The rendition's name.</summary>
    public const string Rendition = "video";

    /// <summary>How much media a batch covers at least before it is signed, as at the origin.</summary>
    private static readonly TimeSpan BatchDuration = TimeSpan.FromMilliseconds(400);

    private const int NoiseLength = 1 << 20;
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly byte[] _noise = new byte[NoiseLength];
    private readonly List<ChunkInfo> _chunks = [];
    private readonly List<ReadOnlyMemory<byte>> _payloads = [];
    private readonly List<SignedBatch> _batches = [];
    private readonly List<int> _batchOfChunk = [];
    private readonly List<int> _chunksAfterPart = [];
    private readonly List<int> _batchesAfterPart = [];

    /// <param name="plan">Rate, length, kind.</param>
    /// <param name="random">Draws the sizes of the parts.</param>
    public Broadcast(BroadcastPlan plan, Random random)
    {
        Plan = plan;
        random.NextBytes(_noise);
        PublicKey = _key.ExportSubjectPublicKeyInfo();
        Fingerprint = Hash256.Of(PublicKey);
        Cut(random);
    }

    /// <summary>What was to be made.</summary>
    public BroadcastPlan Plan { get; }

    /// <summary>SubjectPublicKeyInfo, DER.</summary>
    public byte[] PublicKey { get; }

    /// <summary>SHA-256 of <see cref="PublicKey"/>.</summary>
    public Hash256 Fingerprint { get; }

    /// <summary>Parts in all.</summary>
    public int PartCount => _chunksAfterPart.Count;

    /// <summary>Chunks in all.</summary>
    public int ChunkCount => _chunks.Count;

    /// <summary>Batches in all.</summary>
    public int BatchCount => _batches.Count;

    /// <summary>What the origin says of a chunk.</summary>
    public ChunkInfo this[ChunkId id] => _chunks[(int)id.Value];

    /// <summary>A chunk's bytes.</summary>
    public ReadOnlyMemory<byte> Payload(ChunkId id) => _payloads[(int)id.Value];

    /// <summary>A batch by its place.</summary>
    public SignedBatch Batch(int index) => _batches[index];

    /// <summary>The place of the batch that names a chunk.</summary>
    public int BatchOf(ChunkId id) => _batchOfChunk[(int)id.Value];

    /// <summary>Chunks that exist once so many parts are complete.</summary>
    public int ChunksAfter(int parts) => parts == 0 ? 0 : _chunksAfterPart[Math.Min(parts, PartCount) - 1];

    /// <summary>Batches that are signed once so many parts are complete.</summary>
    public int BatchesAfter(int parts) => parts == 0 ? 0 : _batchesAfterPart[Math.Min(parts, PartCount) - 1];

    /// <summary>When the origin has the part that ends at or after a point of the timeline; a recording has it from the beginning.</summary>
    public TimeSpan CompleteAt(MediaTime time) => Plan.Recorded ? TimeSpan.Zero : time.ToTimeSpan() + PartDuration - Plan.Head;

    /// <summary>When the batch that names the chunk is signed.</summary>
    public TimeSpan SignedAt(ChunkId id)
    {
        ChunkInfo last = _batches[BatchOf(id)].Batch.Chunks[^1];
        return CompleteAt(last.PresentationTime);
    }

    /// <summary>The first chunk of the segment that holds <paramref name="id"/>.</summary>
    public ChunkId SegmentStart(ChunkId id)
    {
        int index = (int)Math.Clamp(id.Value, 0, _chunks.Count - 1);
        while (!_chunks[index].StartsSegment)
        {
            index--;
        }

        return _chunks[index].Id;
    }

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();

    private void Cut(Random random)
    {
        int parts = (int)(Plan.Length / PartDuration);
        var pending = new List<ChunkInfo>();
        TimeSpan batched = TimeSpan.Zero;
        for (int part = 0; part < parts; part++)
        {
            pending.AddRange(CutPart(part, part == parts - 1, random));
            batched += PartDuration;
            if (batched >= BatchDuration || part == parts - 1 || pending.Count > ManifestBatch.MaxChunks / 2)
            {
                Sign(pending);
                pending.Clear();
                batched = TimeSpan.Zero;
            }

            _chunksAfterPart.Add(_chunks.Count);
            _batchesAfterPart.Add(_batches.Count);
        }
    }

    private List<ChunkInfo> CutPart(int part, bool isLast, Random random)
    {
        int inSegment = part % Plan.PartsPerSegment;
        int bytes = PartBytes(inSegment, random);
        int slices = (bytes + ChunkInfo.MaxLength - 1) / ChunkInfo.MaxLength;
        var chunks = new List<ChunkInfo>();
        for (int slice = 0; slice < slices; slice++)
        {
            int from = (int)((long)bytes * slice / slices);
            int length = (int)((long)bytes * (slice + 1) / slices) - from;
            ReadOnlyMemory<byte> payload = _noise.AsMemory(random.Next(NoiseLength - length), length);
            ChunkFlags flags = (inSegment == 0 ? ChunkFlags.Keyframe : 0)
                | (slice == slices - 1 ? ChunkFlags.EndOfPart : 0)
                | (isLast && slice == slices - 1 && Plan.Recorded ? ChunkFlags.EndOfChannel : 0);
            var info = new ChunkInfo(
                new ChunkId(_chunks.Count),
                part / Plan.PartsPerSegment,
                inSegment,
                from,
                length,
                MediaTime.FromTimeSpan(PartDuration * part),
                MediaTime.FromTimeSpan(PartDuration),
                flags,
                Hash256.Of(payload.Span));
            chunks.Add(info);
            _chunks.Add(info);
            _payloads.Add(payload);
            _batchOfChunk.Add(_batches.Count);
        }

        return chunks;
    }

    /// <summary>A part with a keyframe is larger; a segment's parts together make the rate.</summary>
    private int PartBytes(int inSegment, Random random)
    {
        const double Keyframe = 1.6;
        double mean = Plan.Rate / 8.0 * PartDuration.TotalSeconds;
        double others = Plan.PartsPerSegment == 1 ? 1 : (Plan.PartsPerSegment - Keyframe) / (Plan.PartsPerSegment - 1);
        double share = Plan.PartsPerSegment == 1 ? 1 : inSegment == 0 ? Keyframe : others;
        return Math.Max(1, (int)(mean * share * (0.9 + (0.2 * random.NextDouble()))));
    }

    private void Sign(List<ChunkInfo> chunks)
    {
        long wallClock = Plan.WallClock + (long)CompleteAt(chunks[0].PresentationTime).TotalMilliseconds;
        var batch = new ManifestBatch(Fingerprint, Rendition, 0, 0, default, chunks[0].Id, wallClock, [.. chunks]);
        _batches.Add(ManifestCodec.Sign(batch, _key));
    }
}

/// <summary>What a broadcast is to be.</summary>
/// <param name="Rate">Mean, in bits per second.</param>
/// <param name="Length">How much media in all.</param>
/// <param name="Recorded">Complete from the beginning.</param>
internal sealed record BroadcastPlan(long Rate, TimeSpan Length, bool Recorded)
{
    /// <summary>Media that was there before the run began, so that the first viewers join a channel that is on the air.</summary>
    public TimeSpan Head { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Parts in a segment: one second.</summary>
    public int PartsPerSegment { get; init; } = 5;

    /// <summary>The origin's wall clock at the beginning, in Unix milliseconds.</summary>
    public long WallClock { get; init; } = 1_700_000_000_000;
}
