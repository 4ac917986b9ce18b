namespace Peercast.Protocol.Primitives;

/// <summary>A run of chunk ids: <paramref name="First"/> to <paramref name="Last"/>, both included.</summary>
public readonly record struct ChunkRange(ChunkId First, ChunkId Last)
{
    /// <summary>How many chunks the run holds; 0 or less when <see cref="Last"/> comes before <see cref="First"/>.</summary>
    public long Count => Last - First + 1;

    /// <summary>Whether the run holds <paramref name="id"/>.</summary>
    public bool Contains(ChunkId id) => id >= First && id <= Last;

    /// <inheritdoc/>
    public override string ToString() => $"{First}-{Last}";
}
