using System.Buffers.Binary;
using System.Text;

namespace Peercast.Origin.Rtmp;

/// <summary>
/// Reads AMF0 values: a double, bool, string, null, <see cref="Dictionary{TKey, TValue}"/> of names to values (objects and
/// ECMA arrays) or list of values. Never throws; depth and number of values are bounded. References are not read: no
/// publisher sends them.
/// </summary>
internal ref struct Amf0Reader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;
    private int _values;

    /// <summary>Nothing is left.</summary>
    public readonly bool IsAtEnd => _rest.IsEmpty;

    /// <summary>How many bytes are left.</summary>
    public readonly int Left => _rest.Length;

    /// <summary>Reads the next value.</summary>
    public bool TryRead(out object? value) => TryRead(0, out value);

    private bool TryRead(int depth, out object? value)
    {
        value = null;
        if (depth > RtmpLimits.AmfDepth || ++_values > RtmpLimits.AmfValues || !TryTake(1, out ReadOnlySpan<byte> marker))
        {
            return false;
        }

        switch ((Amf0Marker)marker[0])
        {
            case Amf0Marker.Number:
                return TryReadDouble(out value);
            case Amf0Marker.Boolean:
                bool read = TryTake(1, out ReadOnlySpan<byte> boolean);
                value = read && boolean[0] != 0;
                return read;
            case Amf0Marker.String:
                return TryReadShortString(out value);
            case Amf0Marker.Object:
                return TryReadMembers(depth, out value);
            case Amf0Marker.Null or Amf0Marker.Undefined or Amf0Marker.Unsupported:
                return true;
            case Amf0Marker.EcmaArray:
                return TryTake(4, out _) && TryReadMembers(depth, out value);
            case Amf0Marker.StrictArray:
                return TryReadStrictArray(depth, out value);
            case Amf0Marker.Date:
                return TryReadDouble(out value) && TryTake(2, out _);
            case Amf0Marker.LongString or Amf0Marker.XmlDocument:
                return TryReadLongString(out value);
            case Amf0Marker.TypedObject:
                return TryReadShortString(out _) && TryReadMembers(depth, out value);
            default:
                return false;
        }
    }

    private bool TryTake(uint count, out ReadOnlySpan<byte> taken)
    {
        taken = default;
        if (count > (uint)_rest.Length)
        {
            return false;
        }

        taken = _rest[..(int)count];
        _rest = _rest[(int)count..];
        return true;
    }

    private bool TryReadDouble(out object? value)
    {
        bool read = TryTake(8, out ReadOnlySpan<byte> bytes);
        value = read ? BinaryPrimitives.ReadDoubleBigEndian(bytes) : null;
        return read;
    }

    private bool TryReadShortString(out object? value)
    {
        value = null;
        if (!TryTake(2, out ReadOnlySpan<byte> length) || !TryTake(BinaryPrimitives.ReadUInt16BigEndian(length), out ReadOnlySpan<byte> text))
        {
            return false;
        }

        value = Encoding.UTF8.GetString(text);
        return true;
    }

    private bool TryReadLongString(out object? value)
    {
        value = null;
        if (!TryTake(4, out ReadOnlySpan<byte> length) || !TryTake(BinaryPrimitives.ReadUInt32BigEndian(length), out ReadOnlySpan<byte> text))
        {
            return false;
        }

        value = Encoding.UTF8.GetString(text);
        return true;
    }

    private bool TryReadMembers(int depth, out object? value)
    {
        var members = new Dictionary<string, object?>(StringComparer.Ordinal);
        value = members;
        while (TryReadShortString(out object? name))
        {
            if (name is "" && !_rest.IsEmpty && _rest[0] == (byte)Amf0Marker.ObjectEnd)
            {
                _rest = _rest[1..];
                return true;
            }

            if (!TryRead(depth + 1, out object? member))
            {
                return false;
            }

            members[(string)name!] = member;
        }

        return false;
    }

    private bool TryReadStrictArray(int depth, out object? value)
    {
        value = null;
        if (!TryTake(4, out ReadOnlySpan<byte> length))
        {
            return false;
        }

        uint count = BinaryPrimitives.ReadUInt32BigEndian(length);
        var items = new List<object?>();
        for (uint i = 0; i < count; i++)
        {
            if (!TryRead(depth + 1, out object? item))
            {
                return false;
            }

            items.Add(item);
        }

        value = items;
        return true;
    }
}
