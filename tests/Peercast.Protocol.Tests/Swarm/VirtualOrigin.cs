using System.Collections.Immutable;
using System.Security.Cryptography;
using Peercast.Protocol.Chunks;
using Peercast.Protocol.Primitives;
using Peercast.Protocol.Swarm;

namespace Peercast.Protocol.Tests.Swarm;

/// <summary>An origin that makes and really signs a channel of 200 ms parts, one chunk each, five to a segment, two to a batch.</summary>
internal sealed class VirtualOrigin : IDisposable
{
    public static readonly TimeSpan PartDuration = TimeSpan.FromMilliseconds(200);
    private const int PartsPerSegment = 5;
    private const int PartsPerBatch = 2;
    private const string Rendition = "main";

    /// <summary>Unix time at virtual time zero.</summary>
    public const long EpochMs = 1_800_000_000_000;

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly VirtualTime _time;
    private readonly Random _random;
    private readonly int _chunkLength;
    private readonly List<byte[]> _chunks = [];
    private readonly List<ChunkInfo> _open = [];
    private readonly List<SignedBatch> _batches = [];
    private readonly List<Waiter> _waiters = [];
    private readonly byte[] _publicKey;

    public VirtualOrigin(VirtualTime time, int seed, int bitsPerSecond)
    {
        _time = time;
        _random = new Random(seed);
        _chunkLength = (int)(bitsPerSecond / 8 * PartDuration.TotalSeconds);
        _publicKey = _key.ExportSubjectPublicKeyInfo();
    }

    private sealed record Waiter(ChunkId From, Action<IReadOnlyList<SignedBatch>?> Reply)
    {
        public bool IsDone { get; set; }
    }

    public TimeSpan ReplyDelay { get; init; } = TimeSpan.FromMilliseconds(30);

    public double BytesPerSecond { get; init; } = 6_250_000;

    /// <summary>How many chunks are kept.</summary>
    public int Ring { get; set; } = int.MaxValue;

    /// <summary>Nothing is answered while set.</summary>
    public bool IsDown { get; set; }

    public ChunkId LiveEdge => _batches.Count == 0 ? new ChunkId(-1) : _batches[^1].Batch.Range.Last;

    public long SentBytes { get; private set; }

    public Dictionary<ChunkId, int> Copies { get; } = [];

    public byte[] ChunkAt(ChunkId id) => _chunks[(int)id.Value];

    public ManifestVerifier CreateVerifier() => ManifestVerifier.TryCreate(_publicKey, null, Rendition)!;

    /// <summary>Makes a part every 200 ms from now on.</summary>
    public void GoLive() => _time.After(PartDuration, () =>
    {
        MakePart(isLast: false);
        GoLive();
    });

    /// <summary>Makes a whole recording at once.</summary>
    public void Record(TimeSpan duration)
    {
        int parts = (int)(duration / PartDuration);
        for (int i = 0; i < parts; i++)
        {
            MakePart(isLast: i == parts - 1);
        }
    }

    public ChunkId SegmentStartBehind(TimeSpan latency)
    {
        long back = (long)(latency / PartDuration);
        long id = Math.Max(0, LiveEdge.Value + 1 - back);
        return new ChunkId(id - (id % PartsPerSegment));
    }

    /// <summary>What /join answers: batches to the edge, and chunks for a second.</summary>
    public void Join(TimeSpan latency, ChunkId? at, Action<ChunkId, IReadOnlyList<SignedBatch>, IReadOnlyList<(ChunkId Id, byte[] Bytes)>> reply)
    {
        ChunkId first = at ?? SegmentStartBehind(latency);
        IReadOnlyList<SignedBatch> batches = BatchesFrom(first);
        var chunks = new List<(ChunkId, byte[])>();
        for (int i = 0; i < PartsPerSegment && first + i <= LiveEdge; i++)
        {
            chunks.Add((first + i, Take(first + i)));
        }

        _time.After(ReplyDelay + Transfer(chunks.Count), () => reply(first, batches, chunks));
    }

    public void FetchChunks(ChunkRange range, Action<ChunkId, byte[]> chunk, Action<OriginFetchResult> ended)
    {
        if (IsDown)
        {
            _time.After(ReplyDelay, () => ended(OriginFetchResult.Failed));
            return;
        }

        if (range.First.Value <= LiveEdge.Value - (long)Ring)
        {
            _time.After(ReplyDelay, () => ended(OriginFetchResult.Gone));
            return;
        }

        if (range.Last > LiveEdge)
        {
            _time.After(ReplyDelay, () => ended(OriginFetchResult.NotYet));
            return;
        }

        for (ChunkId id = range.First; id <= range.Last; id = id.Next)
        {
            ChunkId current = id;
            byte[] bytes = Take(id);
            _time.After(ReplyDelay + Transfer((int)(id - range.First) + 1), () => chunk(current, bytes));
        }

        _time.After(ReplyDelay + Transfer((int)range.Count), () => ended(OriginFetchResult.Completed));
    }

    public void FetchBatches(ChunkId from, TimeSpan wait, Action<IReadOnlyList<SignedBatch>?> reply)
    {
        if (IsDown)
        {
            _time.After(ReplyDelay, () => reply(null));
            return;
        }

        IReadOnlyList<SignedBatch> batches = BatchesFrom(from);
        if (batches.Count > 0)
        {
            _time.After(ReplyDelay, () => reply(batches));
            return;
        }

        var waiter = new Waiter(from, reply);
        _waiters.Add(waiter);
        _time.After(wait, () => Answer(waiter));
    }

    public void Dispose() => _key.Dispose();

    private TimeSpan Transfer(int chunks) => TimeSpan.FromSeconds(chunks * _chunkLength / BytesPerSecond);

    private byte[] Take(ChunkId id)
    {
        byte[] bytes = ChunkAt(id);
        SentBytes += bytes.Length;
        Copies[id] = Copies.GetValueOrDefault(id) + 1;
        return bytes;
    }

    private List<SignedBatch> BatchesFrom(ChunkId from) => _batches.FindAll(batch => batch.Batch.Range.Last >= from && batch.Batch.FirstChunk.Value > LiveEdge.Value - (long)Ring).Take(64).ToList();

    private void Answer(Waiter waiter)
    {
        if (!waiter.IsDone)
        {
            waiter.IsDone = true;
            _waiters.Remove(waiter);
            IReadOnlyList<SignedBatch>? batches = IsDown ? null : BatchesFrom(waiter.From);
            _time.After(ReplyDelay, () => waiter.Reply(batches));
        }
    }

    private void MakePart(bool isLast)
    {
        byte[] bytes = new byte[_chunkLength];
        _random.NextBytes(bytes);
        var id = new ChunkId(_chunks.Count);
        _chunks.Add(bytes);
        int part = (int)(id.Value % PartsPerSegment);
        ChunkFlags flags = ChunkFlags.EndOfPart | (part == 0 ? ChunkFlags.Keyframe : 0) | (isLast ? ChunkFlags.EndOfChannel : 0);
        _open.Add(new ChunkInfo(
            id,
            id.Value / PartsPerSegment,
            part,
            0,
            bytes.Length,
            MediaTime.FromTimeSpan(PartDuration * id.Value),
            MediaTime.FromTimeSpan(PartDuration),
            flags,
            Hash256.Of(bytes)));
        if (_open.Count == PartsPerBatch || isLast)
        {
            Sign();
        }
    }

    private void Sign()
    {
        // The wall clock is that of the first chunk's completion, which lay some parts back.
        long wallClock = EpochMs + (long)(_time.Now - (PartDuration * (_open.Count - 1))).TotalMilliseconds;
        var batch = new ManifestBatch(
            Hash256.Of(_publicKey), Rendition, 0, 0, default, _open[0].Id, wallClock, [.. _open]);
        _open.Clear();
        _batches.Add(ManifestCodec.Sign(batch, _key));
        foreach (Waiter waiter in _waiters.ToList())
        {
            Answer(waiter);
        }
    }
}
