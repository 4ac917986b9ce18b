using System.Collections.Immutable;
using Peercast.Protocol.Chunks;
using Peercast.Protocol.Primitives;

namespace Peercast.Protocol.Swarm;

/// <summary>Everything the session knows about one chunk of its window. Reused for another chunk once the window has moved on.</summary>
internal sealed class ChunkEntry
{
    private ImmutableArray<ChunkInfo> _named = [];
    private int _place;

    public ChunkId Id { get; private set; }

    /// <summary>The verified batch that names the chunk; <see langword="null"/>: nothing is known about it yet.</summary>
    public BatchRecord? Batch { get; private set; }

    /// <summary>What the batch says about it; only with <see cref="Batch"/>.</summary>
    public ref readonly ChunkInfo Info => ref _named.ItemRef(_place);

    /// <summary>The verified bytes; empty unless <see cref="IsHeld"/>.</summary>
    public ReadOnlyMemory<byte> Bytes { get; set; }

    public bool IsHeld { get; set; }

    /// <summary>The one request to a neighbor under way for it; changed by <see cref="ChunkWindow"/> alone.</summary>
    public PendingRequest? Request { get; set; }

    /// <summary>This peer is one of its seeds and has not fetched it yet.</summary>
    public bool IsSeedDuty { get; set; }

    /// <summary>A fetch from the origin that covers it; 0: none. Changed by <see cref="ChunkWindow"/> alone.</summary>
    public int OriginRequest { get; set; }

    /// <summary>Why it is fetched from the origin.</summary>
    public OriginCause OriginCause { get; set; }

    /// <summary>The origin said that it no longer has it.</summary>
    public bool IsGone { get; set; }

    /// <summary>A verified batch names it.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="place">Its place among the batch's chunks.</param>
    public void Name(BatchRecord batch, int place)
    {
        Batch = batch;
        _named = batch.Signed.Batch.Chunks;
        _place = place;
    }

    public void Reset(ChunkId id)
    {
        Id = id;
        Batch = null;
        _named = [];
        _place = 0;
        Bytes = default;
        IsHeld = false;
        OriginRequest = 0;
        OriginCause = OriginCause.None;
        IsGone = false;
        Request = null;
        IsSeedDuty = false;
    }
}
