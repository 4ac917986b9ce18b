namespace Peercast.Protocol.Primitives;

/// <summary>A point on a rendition's presentation timeline, or a length of it, in microseconds.</summary>
/// <remarks>
/// The timeline of a channel never runs backwards: the origin lays a restarted ingest behind the part before it.
/// </remarks>
public readonly record struct MediaTime(long Microseconds) : IComparable<MediaTime>
{
    /// <summary>In seconds.</summary>
    public double Seconds => Microseconds / 1e6;

    /// <summary>As a <see cref="TimeSpan"/> (100 ns units).</summary>
    public TimeSpan ToTimeSpan() => TimeSpan.FromTicks(Microseconds * 10);

    /// <summary>From a <see cref="TimeSpan"/>, rounded toward zero to whole microseconds.</summary>
    public static MediaTime FromTimeSpan(TimeSpan value) => new(value.Ticks / 10);

    /// <inheritdoc/>
    public int CompareTo(MediaTime other) => Microseconds.CompareTo(other.Microseconds);

    /// <summary>The sum.</summary>
    public static MediaTime operator +(MediaTime left, MediaTime right) => new(left.Microseconds + right.Microseconds);

    /// <summary>The difference.</summary>
    public static MediaTime operator -(MediaTime left, MediaTime right) => new(left.Microseconds - right.Microseconds);

    /// <summary>Whether <paramref name="left"/> is earlier.</summary>
    public static bool operator <(MediaTime left, MediaTime right) => left.Microseconds < right.Microseconds;

    /// <summary>Whether <paramref name="left"/> is later.</summary>
    public static bool operator >(MediaTime left, MediaTime right) => left.Microseconds > right.Microseconds;

    /// <summary>Whether <paramref name="left"/> is earlier or the same.</summary>
    public static bool operator <=(MediaTime left, MediaTime right) => left.Microseconds <= right.Microseconds;

    /// <summary>Whether <paramref name="left"/> is later or the same.</summary>
    public static bool operator >=(MediaTime left, MediaTime right) => left.Microseconds >= right.Microseconds;
}
