namespace Peercast.Protocol.Primitives;

/// <summary>
/// Names one chunk of a rendition. Monotonic, counted from 0, never reused: an ingest restart continues the numbering.
/// </summary>
/// <param name="Value">The number, 0 or more.</param>
public readonly record struct ChunkId(long Value) : IComparable<ChunkId>
{
    /// <summary>The chunk after this one.</summary>
    public ChunkId Next => new(Value + 1);

    /// <inheritdoc/>
    public int CompareTo(ChunkId other) => Value.CompareTo(other.Value);

    /// <summary>Whether <paramref name="left"/> comes before <paramref name="right"/>.</summary>
    public static bool operator <(ChunkId left, ChunkId right) => left.Value < right.Value;

    /// <summary>Whether <paramref name="left"/> comes after <paramref name="right"/>.</summary>
    public static bool operator >(ChunkId left, ChunkId right) => left.Value > right.Value;

    /// <summary>Whether <paramref name="left"/> is <paramref name="right"/> or comes before it.</summary>
    public static bool operator <=(ChunkId left, ChunkId right) => left.Value <= right.Value;

    /// <summary>Whether <paramref name="left"/> is <paramref name="right"/> or comes after it.</summary>
    public static bool operator >=(ChunkId left, ChunkId right) => left.Value >= right.Value;

    /// <summary>The chunk <paramref name="count"/> places on.</summary>
    public static ChunkId operator +(ChunkId id, long count) => new(id.Value + count);

    /// <summary>How many chunks <paramref name="left"/> is ahead of <paramref name="right"/>.</summary>
    public static long operator -(ChunkId left, ChunkId right) => left.Value - right.Value;

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
