using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;

namespace Peercast.WebRtc.Stun;

/// <summary>
/// A STUN message, RFC 8489 section 5: a checked view over a received datagram that copies nothing. Only what the
/// sender protected is visible: attributes after MESSAGE-INTEGRITY are ignored (section 14.5), save FINGERPRINT.
/// </summary>
internal readonly ref struct StunMessage
{
    /// <summary>Bytes of type, length, magic cookie and transaction id.</summary>
    public const int HeaderLength = 20;

    /// <summary>Tells STUN from what it replaced, and from DTLS on the same socket.</summary>
    public const uint MagicCookie = 0x2112A442;

    /// <summary>The Binding method, the only one ICE uses.</summary>
    public const ushort BindingMethod = 1;

    private readonly ReadOnlySpan<byte> _bytes;
    private readonly int _visibleEnd;
    private readonly int _integrityOffset;

    private StunMessage(ReadOnlySpan<byte> bytes, int visibleEnd, int integrityOffset, bool hasFingerprint)
    {
        _bytes = bytes;
        _visibleEnd = visibleEnd;
        _integrityOffset = integrityOffset;
        HasFingerprint = hasFingerprint;
    }

    /// <summary>Request, indication, success or error.</summary>
    public StunClass Class
    {
        get
        {
            int type = BinaryPrimitives.ReadUInt16BigEndian(_bytes);
            return (StunClass)(((type >> 7) & 2) | ((type >> 4) & 1));
        }
    }

    /// <summary>The method; <see cref="BindingMethod"/> in ICE.</summary>
    public ushort Method
    {
        get
        {
            int type = BinaryPrimitives.ReadUInt16BigEndian(_bytes);
            return (ushort)((type & 0x000F) | ((type & 0x00E0) >> 1) | ((type & 0x3E00) >> 2));
        }
    }

    public StunTransactionId TransactionId => StunTransactionId.Read(_bytes[8..]);

    /// <summary>FINGERPRINT is present; <see cref="TryParse"/> has verified it.</summary>
    public bool HasFingerprint { get; }

    /// <summary>MESSAGE-INTEGRITY is present; whether it is right, <see cref="VerifyIntegrity"/> tells.</summary>
    public bool HasIntegrity => _integrityOffset > 0;

    /// <summary>The visible attributes in their order, MESSAGE-INTEGRITY and FINGERPRINT left out.</summary>
    public StunAttributeEnumerator Attributes => new(_bytes[HeaderLength.._visibleEnd]);

    /// <summary>
    /// Whether a datagram is STUN as far as its first bytes tell (RFC 7983 section 7 and the magic cookie): cheap enough for a demultiplexer.
    /// </summary>
    public static bool LooksLikeStun(ReadOnlySpan<byte> datagram) =>
        datagram.Length >= HeaderLength && datagram[0] < 4 && BinaryPrimitives.ReadUInt32BigEndian(datagram[4..]) == MagicCookie;

    /// <summary>Checks a whole datagram: header, every attribute's bounds, and FINGERPRINT where there is one.</summary>
    /// <returns><see langword="false"/> when it is not a well-formed STUN message.</returns>
    public static bool TryParse(ReadOnlySpan<byte> datagram, out StunMessage message)
    {
        message = default;
        if (!LooksLikeStun(datagram))
            return false;
        int length = BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]);
        if (length % 4 != 0 || HeaderLength + length != datagram.Length)
            return false;

        int offset = HeaderLength, visibleEnd = datagram.Length, integrityOffset = 0;
        bool hasFingerprint = false;
        while (offset < datagram.Length)
        {
            // The total is a multiple of four and so is every step: an attribute header always fits.
            ushort type = BinaryPrimitives.ReadUInt16BigEndian(datagram[offset..]);
            int valueLength = BinaryPrimitives.ReadUInt16BigEndian(datagram[(offset + 2)..]);
            int next = offset + 4 + ((valueLength + 3) & ~3);
            if (next > datagram.Length)
                return false;
            if (type == StunAttributeType.Fingerprint)
            {
                if (next != datagram.Length || valueLength != 4
                    || StunFingerprint.Compute(datagram[..offset]) != BinaryPrimitives.ReadUInt32BigEndian(datagram[(offset + 4)..]))
                {
                    return false;
                }

                hasFingerprint = true;
                visibleEnd = Math.Min(visibleEnd, offset);
            }
            else if (integrityOffset == 0 && type == StunAttributeType.MessageIntegrity)
            {
                if (valueLength != StunIntegrity.Length)
                    return false;
                integrityOffset = offset;
                visibleEnd = offset;
            }

            offset = next;
        }

        message = new StunMessage(datagram, visibleEnd, integrityOffset, hasFingerprint);
        return true;
    }

    /// <summary>
    /// Reads whom a connectivity check is for: the part of USERNAME before the colon (RFC 8445 section 7.2.2), without
    /// verifying anything. It lets many agents share one socket.
    /// </summary>
    /// <returns><see langword="false"/> when the datagram is not a binding request with such a name.</returns>
    public static bool TryReadUsernameFragment(ReadOnlySpan<byte> datagram, out ReadOnlySpan<byte> localFragment)
    {
        localFragment = default;
        if (!LooksLikeStun(datagram) || BinaryPrimitives.ReadUInt16BigEndian(datagram) != BindingMethod)
            return false;
        int offset = HeaderLength;
        while (offset + 4 <= datagram.Length)
        {
            int valueLength = BinaryPrimitives.ReadUInt16BigEndian(datagram[(offset + 2)..]);
            if (offset + 4 + valueLength > datagram.Length)
                return false;
            if (BinaryPrimitives.ReadUInt16BigEndian(datagram[offset..]) == StunAttributeType.Username)
            {
                ReadOnlySpan<byte> value = datagram.Slice(offset + 4, valueLength);
                int colon = value.IndexOf((byte)':');
                if (colon <= 0)
                    return false;
                localFragment = value[..colon];
                return true;
            }

            offset += 4 + ((valueLength + 3) & ~3);
        }

        return false;
    }

    /// <summary>Finds the first visible attribute of a type; later ones of that type are ignored (RFC 8489 section 14).</summary>
    public bool TryGetAttribute(ushort type, out ReadOnlySpan<byte> value)
    {
        foreach (StunAttribute attribute in Attributes)
        {
            if (attribute.Type == type)
            {
                value = attribute.Value;
                return true;
            }
        }

        value = default;
        return false;
    }

    /// <summary>Whether MESSAGE-INTEGRITY is present and made with this key.</summary>
    public bool VerifyIntegrity(ReadOnlySpan<byte> key)
    {
        if (!HasIntegrity)
            return false;
        Span<byte> expected = stackalloc byte[StunIntegrity.Length];
        StunIntegrity.Compute(_bytes[.._integrityOffset], key, expected);
        return CryptographicOperations.FixedTimeEquals(expected, _bytes.Slice(_integrityOffset + 4, StunIntegrity.Length));
    }

    /// <summary>The sender's address as the responder saw it: XOR-MAPPED-ADDRESS, or MAPPED-ADDRESS of an old server.</summary>
    public bool TryGetMappedAddress(out IPEndPoint? endPoint)
    {
        if (TryGetAttribute(StunAttributeType.XorMappedAddress, out ReadOnlySpan<byte> value))
            return StunAddress.TryRead(value, _bytes.Slice(4, 16), out endPoint);
        if (TryGetAttribute(StunAttributeType.MappedAddress, out value))
            return StunAddress.TryRead(value, default, out endPoint);
        endPoint = null;
        return false;
    }

    /// <summary>PRIORITY, RFC 8445 section 16.1.</summary>
    public bool TryGetPriority(out uint priority)
    {
        bool found = TryGetAttribute(StunAttributeType.Priority, out ReadOnlySpan<byte> value) && value.Length == 4;
        priority = found ? BinaryPrimitives.ReadUInt32BigEndian(value) : 0;
        return found;
    }

    /// <summary>ICE-CONTROLLING or ICE-CONTROLLED: the sender's role and its tie-breaker, RFC 8445 section 16.1.</summary>
    public bool TryGetRole(out bool controlling, out ulong tieBreaker)
    {
        controlling = TryGetAttribute(StunAttributeType.IceControlling, out ReadOnlySpan<byte> value);
        bool found = (controlling || TryGetAttribute(StunAttributeType.IceControlled, out value)) && value.Length == 8;
        tieBreaker = found ? BinaryPrimitives.ReadUInt64BigEndian(value) : 0;
        return found;
    }

    /// <summary>USE-CANDIDATE: the controlling agent nominates the pair.</summary>
    public bool HasUseCandidate => TryGetAttribute(StunAttributeType.UseCandidate, out _);

    /// <summary>ERROR-CODE, 300 to 699.</summary>
    public bool TryGetErrorCode(out int code)
    {
        code = 0;
        if (!TryGetAttribute(StunAttributeType.ErrorCode, out ReadOnlySpan<byte> value) || value.Length < 4)
            return false;
        int hundreds = value[2] & 7, rest = value[3];
        if (hundreds is < 3 or > 6 || rest > 99)
            return false;
        code = (hundreds * 100) + rest;
        return true;
    }
}
