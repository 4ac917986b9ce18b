using System.Collections.Immutable;
using Peercast.Protocol.Chunks;
using Peercast.Protocol.Primitives;

namespace Peercast.Protocol.Swarm;

/// <summary>Verified batches, laid out over the chunk window.</summary>
internal sealed class BatchLedger(IContentVerifier verifier, ChunkWindow window)
{
    /// <summary>The newest chunk that a verified batch names; -1 before the first.</summary>
    public ChunkId LiveEdge { get; private set; } = new(-1);

    /// <summary>Every chunk from where playback began up to this one is named by a verified batch.</summary>
    public ChunkId ContiguousEdge { get; private set; } = new(-1);

    /// <summary>A segment's first chunk that a genuine batch names and that lies behind the window: the channel has moved on without us.</summary>
    public ChunkId? BeyondWindow { get; private set; }

    /// <summary>The last chunk of the channel, once known.</summary>
    public ChunkId? EndOfChannel { get; private set; }

    /// <summary>Starts over: nothing before <paramref name="first"/> is of interest.</summary>
    public void Restart(ChunkId first)
    {
        BeyondWindow = null;
        ContiguousEdge = new ChunkId(first.Value - 1);
        Extend();
    }

    /// <summary>Verifies a batch and takes it in.</summary>
    /// <param name="encoded">As on the wire.</param>
    /// <param name="record">The batch, whether new or known; <see langword="null"/> when it lies outside the window.</param>
    public BatchVerdict Add(ReadOnlySpan<byte> encoded, out BatchRecord? record)
    {
        record = null;
        if (!ManifestCodec.TryPeekFirstChunk(encoded, out ChunkId first))
        {
            return BatchVerdict.Wrong;
        }

        // The same bytes again are common, and cost 100 µs less this way.
        if (window.Find(first)?.Batch is { } known && known.Signed.Encoded.Span.SequenceEqual(encoded))
        {
            record = known;
            return BatchVerdict.Known;
        }

        if (verifier.TryVerify(encoded) is not { } signed)
        {
            return BatchVerdict.Wrong;
        }

        record = Place(signed);
        if (record is null)
        {
            return BatchVerdict.Outside;
        }

        Extend();
        return BatchVerdict.Added;
    }

    /// <summary>The origin has no batch for the chunks from <paramref name="asked"/> to before <paramref name="first"/>: nobody will name them.</summary>
    public void MarkGoneBefore(ChunkId first, ChunkId asked)
    {
        for (ChunkId id = asked; id < first && window.Find(id) is { } entry; id = id.Next)
        {
            // A neighbor may have told of it meanwhile.
            entry.IsGone |= entry.Batch is null;
        }

        Extend();
    }

    private BatchRecord? Place(SignedBatch signed)
    {
        BatchRecord? record = null;
        ImmutableArray<ChunkInfo> chunks = signed.Batch.Chunks;
        for (int i = 0; i < chunks.Length; i++)
        {
            ref readonly ChunkInfo chunk = ref chunks.ItemRef(i);
            ChunkEntry? entry = window.Find(chunk.Id);
            if (entry is null && chunk.Id >= window.End && chunk.StartsSegment)
            {
                BeyondWindow = chunk.Id;
            }

            if (entry is null || entry.Batch is not null)
            {
                continue;
            }

            record ??= new BatchRecord(signed);
            window.Name(entry, record, i);
            if (chunk.Id > LiveEdge)
            {
                LiveEdge = chunk.Id;
            }

            if ((chunk.Flags & ChunkFlags.EndOfChannel) != 0)
            {
                EndOfChannel = chunk.Id;
            }
        }

        return record;
    }

    private void Extend()
    {
        while (window.Find(ContiguousEdge.Next) is { } next && (next.Batch is not null || next.IsGone))
        {
            ContiguousEdge = ContiguousEdge.Next;
        }
    }
}
