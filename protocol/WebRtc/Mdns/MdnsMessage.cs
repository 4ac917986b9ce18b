using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace Peercast.WebRtc.Mdns;

/// <summary>Multicast DNS messages, RFC 6762 section 18, in the form of RFC 1035 section 4: what a lookup of addresses needs of them.</summary>
internal static class MdnsMessage
{
    /// <summary>Bytes of the longest query that <see cref="WriteQuery"/> makes.</summary>
    public const int MaxQueryLength = HeaderLength + MdnsName.Length + 2 + 4;

    /// <summary>Address records taken from one message.</summary>
    public const int MaxAddresses = 32;

    private const int HeaderLength = 12;
    private const int MaxNameLength = 255;
    private const int MaxRecords = 128;
    private const ushort InternetClass = 1;

    // The top bit of a record's class: "forget what you knew of it", RFC 6762 section 10.2.
    private const ushort CacheFlush = 0x8000;

    // QR set, OPCODE 0, RCODE 0: messages with other values there must be ignored (RFC 6762 section 18.3 and 18.11).
    private const ushort MeaningfulFlags = 0xF80F;
    private const ushort ResponseFlags = 0x8000;

    /// <summary>
    /// Writes a query for one record. One question a message, and an answer wanted by multicast, because that is all that browsers'
    /// responders understand.
    /// </summary>
    /// <param name="destination">At least <see cref="MaxQueryLength"/> bytes.</param>
    /// <param name="name">Valid by <see cref="MdnsName.IsValid"/>.</param>
    /// <param name="type">The record asked for.</param>
    /// <returns>Bytes written.</returns>
    public static int WriteQuery(Span<byte> destination, string name, MdnsRecordType type)
    {
        destination[..HeaderLength].Clear();
        BinaryPrimitives.WriteUInt16BigEndian(destination[4..], 1);
        int at = HeaderLength;
        foreach (Range label in name.AsSpan().Split('.'))
        {
            int length = Encoding.ASCII.GetBytes(name.AsSpan()[label], destination[(at + 1)..]);
            destination[at] = (byte)length;
            at += 1 + length;
        }

        destination[at++] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(destination[at..], (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(destination[(at + 2)..], InternetClass);
        return at + 4;
    }

    /// <summary>Reads the addresses that a response tells, in whatever section they stand; all else in it is passed over.</summary>
    /// <param name="message">A whole datagram.</param>
    /// <param name="addresses">Gets at most <see cref="MaxAddresses"/> entries; of no use when the result is <see langword="false"/>.</param>
    /// <returns><see langword="false"/> when the message is no response, or malformed.</returns>
    public static bool TryReadAddresses(ReadOnlySpan<byte> message, List<MdnsAddress> addresses)
    {
        if (message.Length < HeaderLength
            || (BinaryPrimitives.ReadUInt16BigEndian(message[2..]) & MeaningfulFlags) != ResponseFlags)
        {
            return false;
        }

        int questions = BinaryPrimitives.ReadUInt16BigEndian(message[4..]);
        int records = BinaryPrimitives.ReadUInt16BigEndian(message[6..])
            + BinaryPrimitives.ReadUInt16BigEndian(message[8..])
            + BinaryPrimitives.ReadUInt16BigEndian(message[10..]);
        if (questions + records > MaxRecords)
            return false;

        int at = HeaderLength;
        for (; questions > 0; questions--)
        {
            if (!TryReadName(message, ref at, text: null) || at + 4 > message.Length)
                return false;
            at += 4;
        }

        var name = new StringBuilder();
        for (; records > 0; records--)
        {
            if (!TryReadRecord(message, ref at, name, addresses))
                return false;
        }

        return true;
    }

    private static bool TryReadRecord(ReadOnlySpan<byte> message, ref int at, StringBuilder name, List<MdnsAddress> addresses)
    {
        name.Clear();
        if (!TryReadName(message, ref at, name) || at + 10 > message.Length)
            return false;
        var type = (MdnsRecordType)BinaryPrimitives.ReadUInt16BigEndian(message[at..]);
        int recordClass = BinaryPrimitives.ReadUInt16BigEndian(message[(at + 2)..]) & ~CacheFlush;
        uint timeToLive = BinaryPrimitives.ReadUInt32BigEndian(message[(at + 4)..]);
        int length = BinaryPrimitives.ReadUInt16BigEndian(message[(at + 8)..]);
        at += 10;
        if (at + length > message.Length)
            return false;
        ReadOnlySpan<byte> data = message.Slice(at, length);
        at += length;

        int addressLength = type switch { MdnsRecordType.A => 4, MdnsRecordType.Aaaa => 16, _ => 0 };
        if (addressLength == 0 || recordClass != InternetClass)
            return true;
        if (length != addressLength)
            return false;

        // A time to live of 0 takes the record back: RFC 6762 section 10.1.
        if (timeToLive > 0 && addresses.Count < MaxAddresses)
            addresses.Add(new MdnsAddress(name.ToString(), new IPAddress(data)));
        return true;
    }

    /// <summary>Reads a name, RFC 1035 section 4.1.4.</summary>
    /// <param name="message">The whole message: names point into it.</param>
    /// <param name="at">Where the name begins; then where what follows it does.</param>
    /// <param name="text">Gets the name; <see langword="null"/> to pass over it.</param>
    private static bool TryReadName(ReadOnlySpan<byte> message, ref int at, StringBuilder? text)
    {
        int position = at, lowest = at, total = 0;
        bool jumped = false;
        while (position < message.Length)
        {
            byte length = message[position++];
            if (length == 0)
            {
                at = jumped ? at : position;
                return true;
            }

            switch (length & 0xC0)
            {
                case 0:
                    total += length + 1;
                    if (total > MaxNameLength || position + length > message.Length)
                        return false;
                    Append(text, message.Slice(position, length));
                    position += length;
                    break;
                case 0xC0 when position < message.Length:
                    int target = ((length & 0x3F) << 8) | message[position++];
                    at = jumped ? at : position;
                    jumped = true;

                    // Each pointer must lead further back than the one before, or the name would have no end.
                    if (target >= lowest || target < HeaderLength)
                        return false;
                    position = lowest = target;
                    break;
                default:
                    return false;
            }
        }

        return false;
    }

    private static void Append(StringBuilder? text, ReadOnlySpan<byte> label)
    {
        if (text is null)
            return;
        if (text.Length > 0)
            text.Append('.');
        foreach (byte b in label)
        {
            // A byte that no name of ours has becomes one that matches nothing; a dot inside a label is not a separator.
            char c = b is > (byte)' ' and < 0x7F and not (byte)'.' ? (char)b : '?';
            text.Append(char.ToLowerInvariant(c));
        }
    }
}
