namespace Peercast.Protocol.Swarm;

/// <summary>The driver's name for one connection to a neighbor. Never reused within a session.</summary>
public readonly record struct NeighborId(int Value) : IComparable<NeighborId>
{
    /// <inheritdoc/>
    public int CompareTo(NeighborId other) => Value.CompareTo(other.Value);

    /// <summary>An order for ties.</summary>
    public static bool operator <(NeighborId left, NeighborId right) => left.Value < right.Value;

    /// <summary>An order for ties.</summary>
    public static bool operator >(NeighborId left, NeighborId right) => left.Value > right.Value;

    /// <summary>An order for ties.</summary>
    public static bool operator <=(NeighborId left, NeighborId right) => left.Value <= right.Value;

    /// <summary>An order for ties.</summary>
    public static bool operator >=(NeighborId left, NeighborId right) => left.Value >= right.Value;
}
