using Peercast.Protocol.Chunks;
using Peercast.Protocol.Primitives;

namespace Peercast.Simulation.Engines.Reference;

/// <summary>The chunks that a reference engine knows of: a run without gaps, as the origin named them.</summary>
internal sealed class ChunkShelf
{
    private readonly List<KnownChunk> _chunks = [];
    private long _first;
    private int _dropped;

    /// <summary>The oldest chunk kept.</summary>
    public ChunkId First => new(_first + _dropped);

    /// <summary>The chunk behind the newest known one.</summary>
    public ChunkId End => new(_first + _chunks.Count);

    /// <summary>The channel's last chunk is known.</summary>
    public bool IsComplete => _chunks.Count > _dropped && (_chunks[^1].Info.Flags & ChunkFlags.EndOfChannel) != 0;

    /// <summary>The newest chunk.</summary>
    public KnownChunk? Newest => _chunks.Count > _dropped ? _chunks[^1] : null;

    /// <summary>The chunk of an id; <see langword="null"/>: not known, or kept no longer.</summary>
    public KnownChunk? Find(ChunkId id)
    {
        long index = id.Value - _first;
        return index >= _dropped && index < _chunks.Count ? _chunks[(int)index] : null;
    }

    /// <summary>Forgets everything unless <paramref name="first"/> is known.</summary>
    public void Begin(ChunkId first)
    {
        if (Find(first) is null)
        {
            _chunks.Clear();
            _dropped = 0;
            _first = first.Value;
        }
    }

    /// <summary>Takes in what a batch names; a batch that would leave a gap is of no use.</summary>
    /// <returns>Whether anything was new.</returns>
    public bool Add(SignedBatch batch, TimeSpan now)
    {
        bool isNew = false;
        foreach (ChunkInfo info in batch.Batch.Chunks)
        {
            if (info.Id == End)
            {
                _chunks.Add(new KnownChunk(info, batch, now));
                isNew = true;
            }
        }

        return isNew;
    }

    /// <summary>Forgets all before <paramref name="first"/>.</summary>
    public void DropBefore(ChunkId first)
    {
        int drop = (int)Math.Clamp(first.Value - _first, _dropped, _chunks.Count);
        for (int i = _dropped; i < drop; i++)
        {
            _chunks[i] = null!;
        }

        _dropped = drop;
        if (_dropped > 1024)
        {
            // Now and then, so that the list does not grow with the length of the run.
            _chunks.RemoveRange(0, _dropped);
            _first += _dropped;
            _dropped = 0;
        }
    }
}
