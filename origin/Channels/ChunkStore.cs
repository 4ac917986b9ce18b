using Peercast.Origin.Media;
using Peercast.Protocol.Chunks;
using Peercast.Protocol.Primitives;

namespace Peercast.Origin.Channels;

/// <summary>
/// The chunks of a rendition that can be had from the origin, with their batches, segments and init segments. A ring
/// bounded in time and bytes, or everything when <paramref name="file"/> takes the bytes. Safe from any thread; a batch
/// and its chunks appear at once, so nobody sees a chunk that he cannot verify.
/// </summary>
/// <param name="ringLength">How much media is kept.</param>
/// <param name="ringBytes">How many bytes are kept at most.</param>
/// <param name="file">Where a recorded channel's bytes go; <see langword="null"/> for a ring in memory.</param>
internal sealed class ChunkStore(TimeSpan ringLength, long ringBytes, ChunkFile? file = null) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<StoredChunk> _chunks = [];
    private readonly List<SignedBatch> _batches = [];
    private readonly List<SegmentInfo> _segments = [];
    private readonly List<StoredInit> _inits = [];
    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _bytes;
    private long _discontinuities;
    private bool _lastIsWhole;

    /// <summary>The last complete chunk, -1 when there is none yet.</summary>
    public long LiveEdge { get; private set; } = -1;

    /// <summary>The oldest chunk kept; where the next one will be when none is.</summary>
    public long FirstChunk { get; private set; }

    /// <summary>No chunk will follow.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Chunks since the origin started.</summary>
    public long ChunksProduced { get; private set; }

    /// <summary>Chunk bytes since the origin started.</summary>
    public long BytesProduced { get; private set; }

    /// <summary>The latest init segment.</summary>
    public StoredInit? LatestInit
    {
        get
        {
            lock (_gate)
            {
                return _inits.Count > 0 ? _inits[^1] : null;
            }
        }
    }

    /// <summary>Bits per second over what is kept, 0 when nothing is.</summary>
    public long Bitrate
    {
        get
        {
            lock (_gate)
            {
                double seconds = _chunks.Count > 0 ? (End - _chunks[0].Info.PresentationTime).Seconds : 0;
                return seconds > 0.5 ? (long)(_bytes * 8 / seconds) : 0;
            }
        }
    }

    /// <summary>Adds an init segment.</summary>
    public void AddInit(int index, InitSegment segment)
    {
        lock (_gate)
        {
            _inits.Add(new StoredInit(index, segment));
        }
    }

    /// <summary>Adds a batch with its chunks' bytes, and drops what the ring no longer holds.</summary>
    public void Append(SignedBatch batch, IReadOnlyList<ReadOnlyMemory<byte>> payloads)
    {
        TaskCompletionSource news;
        lock (_gate)
        {
            for (int i = 0; i < payloads.Count; i++)
            {
                ChunkInfo info = batch.Batch.Chunks[i];
                long at = file?.Append(payloads[i].Span) ?? 0;
                _chunks.Add(new StoredChunk(info, batch, file is null ? payloads[i] : default, at));
                _bytes += info.Length;
                BytesProduced += info.Length;
                AddToSegment(info, batch.Batch);
            }

            if (_batches.Count == 0)
            {
                FirstChunk = batch.Batch.FirstChunk.Value;
            }

            _batches.Add(batch);
            ChunksProduced += payloads.Count;
            LiveEdge = batch.Batch.Range.Last.Value;
            if (file is null)
            {
                Trim();
            }

            news = _news;
            _news = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        news.SetResult();
    }

    /// <summary>Says that no chunk will follow.</summary>
    public void Complete()
    {
        TaskCompletionSource news;
        lock (_gate)
        {
            IsComplete = true;
            _lastIsWhole = true;
            news = _news;
            _news = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        news.SetResult();
    }

    /// <summary>Finds a chunk.</summary>
    public ChunkAvailability Find(long id, out StoredChunk? chunk)
    {
        lock (_gate)
        {
            chunk = id >= FirstChunk && id <= LiveEdge ? _chunks[(int)(id - FirstChunk)] : null;
            return chunk is not null ? ChunkAvailability.Found : id > LiveEdge ? ChunkAvailability.NotYet : ChunkAvailability.Gone;
        }
    }

    /// <summary>A chunk's bytes.</summary>
    public ReadOnlyMemory<byte> Read(StoredChunk chunk) => file is null ? chunk.Data : file.Read(chunk.FileOffset, chunk.Info.Length);

    /// <summary>Batches that cover ids from <paramref name="from"/> on, oldest first; -1 means only the newest.</summary>
    public IReadOnlyList<SignedBatch> Batches(long from, int max)
    {
        lock (_gate)
        {
            if (_batches.Count == 0 || from > LiveEdge)
            {
                return [];
            }

            int first = from < 0 ? _batches.Count - 1 : FindBatch(from);
            return _batches.GetRange(first, Math.Min(max, _batches.Count - first));
        }
    }

    /// <summary>The init segment of that index.</summary>
    public InitSegment? Init(int index)
    {
        lock (_gate)
        {
            return _inits.Find(i => i.Index == index)?.Segment;
        }
    }

    /// <summary>The segments kept, oldest first, without the one that still grows.</summary>
    public IReadOnlyList<SegmentInfo> WholeSegments()
    {
        lock (_gate)
        {
            return _segments.GetRange(0, Math.Max(0, _lastIsWhole ? _segments.Count : _segments.Count - 1));
        }
    }

    /// <summary>Nothing will be added to the last segment: the ingest pauses or is over.</summary>
    public void CloseSegment()
    {
        lock (_gate)
        {
            _lastIsWhole = true;
        }
    }

    /// <summary>The segment of that number.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="closed">No chunk will be added to it.</param>
    public SegmentInfo? Segment(long number, out bool closed)
    {
        lock (_gate)
        {
            int i = _segments.FindLastIndex(s => s.Number == number);
            closed = i >= 0 && (i < _segments.Count - 1 || _lastIsWhole);
            return i >= 0 ? _segments[i] : null;
        }
    }

    /// <summary>
    /// Where a viewer begins who wants to play <paramref name="latency"/> behind the live edge: the segment that starts
    /// nearest to that point, so that viewers are on average as late as they want to be.
    /// </summary>
    public SegmentInfo? JoinSegment(TimeSpan latency)
    {
        lock (_gate)
        {
            if (_segments.Count == 0)
            {
                return null;
            }

            MediaTime point = _segments[^1].End - MediaTime.FromTimeSpan(latency);
            return _segments.MinBy(s => Math.Abs((s.Start - point).Microseconds));
        }
    }

    /// <summary>The segment that holds <paramref name="chunk"/>, or the nearest one kept.</summary>
    public SegmentInfo? SegmentOf(long chunk)
    {
        lock (_gate)
        {
            return _segments.Count == 0 ? null : _segments[Math.Max(0, _segments.FindLastIndex(s => s.FirstChunk.Value <= chunk))];
        }
    }

    /// <summary>Waits until a chunk beyond <paramref name="edge"/> is there or the channel is complete.</summary>
    /// <returns>Whether there is; <see langword="false"/> when the time ran out first.</returns>
    public async Task<bool> WaitAsync(long edge, TimeSpan wait, TimeProvider time, CancellationToken cancellation)
    {
        using var expiry = new CancellationTokenSource(wait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(expiry.Token, cancellation);
        while (true)
        {
            Task news;
            lock (_gate)
            {
                if (LiveEdge > edge || IsComplete)
                {
                    return LiveEdge > edge;
                }

                news = _news.Task;
            }

            try
            {
                await news.WaitAsync(either.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                return false;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => file?.Dispose();

    /// <summary>Where the newest chunk's time ends.</summary>
    private MediaTime End => _chunks[^1].Info.PresentationTime + _chunks[^1].Info.Duration;

    private void AddToSegment(ChunkInfo info, ManifestBatch batch)
    {
        MediaTime end = info.PresentationTime + info.Duration;
        _lastIsWhole = false;
        bool begun = _segments.Count > 0 && _segments[^1].Number == info.Segment;
        if (!begun && !info.StartsSegment)
        {
            // Its beginning has left the ring already: nobody can start in it.
            return;
        }

        if (!begun)
        {
            bool discontinuity = (info.Flags & ChunkFlags.Discontinuity) != 0;
            _discontinuities += discontinuity ? 1 : 0;
            _segments.Add(new SegmentInfo(
                info.Segment, info.Id, info.Id, info.PresentationTime, end, batch.InitIndex, _discontinuities, discontinuity, batch.WallClock));
            return;
        }

        SegmentInfo last = _segments[^1];
        _segments[^1] = last with { LastChunk = info.Id, End = end > last.End ? end : last.End };
    }

    /// <summary>The batch that covers <paramref name="id"/>, or the oldest.</summary>
    private int FindBatch(long id)
    {
        int low = 0;
        int high = _batches.Count - 1;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_batches[middle].Batch.Range.Last.Value < id)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    private void Trim()
    {
        MediaTime keepFrom = End - MediaTime.FromTimeSpan(ringLength);
        int batches = 0;
        int chunks = 0;
        while (batches < _batches.Count - 1)
        {
            ManifestBatch oldest = _batches[batches].Batch;
            ChunkInfo last = oldest.Chunks[^1];
            if (last.PresentationTime + last.Duration >= keepFrom && _bytes <= ringBytes)
            {
                break;
            }

            _bytes -= oldest.Chunks.Sum(c => (long)c.Length);
            chunks += oldest.Chunks.Length;
            batches++;
        }

        if (batches == 0)
        {
            return;
        }

        _batches.RemoveRange(0, batches);
        _chunks.RemoveRange(0, chunks);
        FirstChunk += chunks;

        // A segment that lost its first chunk cannot be started in any more.
        _segments.RemoveAll(s => s.FirstChunk.Value < FirstChunk);
        int oldestInit = _batches[0].Batch.InitIndex;
        _inits.RemoveAll(i => i.Index < oldestInit);
    }
}
