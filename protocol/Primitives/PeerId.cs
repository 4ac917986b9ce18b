using System.Globalization;

namespace Peercast.Protocol.Primitives;

/// <summary>Names a peer within a swarm; given out by the tracker. Written as 16 lower-case hexadecimal digits.</summary>
public readonly record struct PeerId(ulong Value) : IComparable<PeerId>
{
    /// <inheritdoc/>
    public int CompareTo(PeerId other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString("x16", CultureInfo.InvariantCulture);

    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    public static bool TryParse(string? text, out PeerId id)
    {
        ulong value = 0;
        bool ok = text is { Length: 16 } && ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
        id = new PeerId(value);
        return ok;
    }

    /// <summary>An order for ties and reports.</summary>
    public static bool operator <(PeerId left, PeerId right) => left.Value < right.Value;

    /// <summary>An order for ties and reports.</summary>
    public static bool operator >(PeerId left, PeerId right) => left.Value > right.Value;

    /// <summary>An order for ties and reports.</summary>
    public static bool operator <=(PeerId left, PeerId right) => left.Value <= right.Value;

    /// <summary>An order for ties and reports.</summary>
    public static bool operator >=(PeerId left, PeerId right) => left.Value >= right.Value;
}
