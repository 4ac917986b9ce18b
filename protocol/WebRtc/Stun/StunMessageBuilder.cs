using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace Peercast.WebRtc.Stun;

/// <summary>
/// Writes a STUN message into a caller's buffer, RFC 8489 sections 5 and 14. Attributes go out in the order of the calls;
/// <see cref="AddMessageIntegrity"/> and then <see cref="AddFingerprint"/> come last. A buffer too short is our own bug and throws.
/// </summary>
internal ref struct StunMessageBuilder
{
    private readonly Span<byte> _buffer;

    public StunMessageBuilder(Span<byte> buffer, StunClass messageClass, StunTransactionId transactionId, ushort method = StunMessage.BindingMethod)
    {
        _buffer = buffer;
        int classBits = (int)messageClass;
        int type = (method & 0x000F) | ((method & 0x0070) << 1) | ((method & 0x0F80) << 2)
            | ((classBits & 1) << 4) | ((classBits & 2) << 7);
        BinaryPrimitives.WriteUInt16BigEndian(buffer, (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(buffer[2..], 0);
        BinaryPrimitives.WriteUInt32BigEndian(buffer[4..], StunMessage.MagicCookie);
        transactionId.Write(buffer[8..]);
        Length = StunMessage.HeaderLength;
    }

    /// <summary>Bytes written.</summary>
    public int Length { get; private set; }

    public void AddUsername(string username) => AddText(StunAttributeType.Username, username);

    public void AddSoftware(string software) => AddText(StunAttributeType.Software, software);

    public void AddPriority(uint priority) =>
        BinaryPrimitives.WriteUInt32BigEndian(Reserve(StunAttributeType.Priority, 4), priority);

    public void AddUseCandidate() => Reserve(StunAttributeType.UseCandidate, 0);

    public void AddRole(bool controlling, ulong tieBreaker) =>
        BinaryPrimitives.WriteUInt64BigEndian(
            Reserve(controlling ? StunAttributeType.IceControlling : StunAttributeType.IceControlled, 8), tieBreaker);

    public void AddXorMappedAddress(IPEndPoint endPoint)
    {
        Span<byte> value = stackalloc byte[StunAddress.MaxLength];
        int length = StunAddress.WriteXored(endPoint, _buffer.Slice(4, 16), value);
        value[..length].CopyTo(Reserve(StunAttributeType.XorMappedAddress, length));
    }

    /// <summary>Adds ERROR-CODE.</summary>
    /// <param name="code">300 to 699.</param>
    /// <param name="reason">For people; may be empty.</param>
    public void AddErrorCode(int code, string reason)
    {
        int textLength = Encoding.UTF8.GetByteCount(reason);
        Span<byte> value = Reserve(StunAttributeType.ErrorCode, 4 + textLength);
        value[..2].Clear();
        value[2] = (byte)(code / 100);
        value[3] = (byte)(code % 100);
        Encoding.UTF8.GetBytes(reason, value[4..]);
    }

    public void AddUnknownAttributes(scoped ReadOnlySpan<ushort> types)
    {
        Span<byte> value = Reserve(StunAttributeType.UnknownAttributes, types.Length * 2);
        for (int i = 0; i < types.Length; i++)
            BinaryPrimitives.WriteUInt16BigEndian(value[(i * 2)..], types[i]);
    }

    /// <summary>Protects everything before it, RFC 8489 section 14.5.</summary>
    public void AddMessageIntegrity(scoped ReadOnlySpan<byte> key)
    {
        ReadOnlySpan<byte> before = _buffer[..Length];
        StunIntegrity.Compute(before, key, Reserve(StunAttributeType.MessageIntegrity, StunIntegrity.Length));
    }

    /// <summary>Marks the datagram as STUN, RFC 8489 section 14.7. Nothing may follow.</summary>
    public void AddFingerprint()
    {
        int before = Length;
        Span<byte> value = Reserve(StunAttributeType.Fingerprint, 4);
        BinaryPrimitives.WriteUInt32BigEndian(value, StunFingerprint.Compute(_buffer[..before]));
    }

    private void AddText(ushort type, string text) =>
        Encoding.UTF8.GetBytes(text, Reserve(type, Encoding.UTF8.GetByteCount(text)));

    /// <summary>Writes the attribute's header and zero padding, counts both in the message length, and gives the place of the value.</summary>
    private Span<byte> Reserve(ushort type, int length)
    {
        int padded = (length + 3) & ~3;
        Span<byte> attribute = _buffer.Slice(Length, 4 + padded);
        BinaryPrimitives.WriteUInt16BigEndian(attribute, type);
        BinaryPrimitives.WriteUInt16BigEndian(attribute[2..], (ushort)length);
        attribute[(4 + length)..].Clear();
        Length += attribute.Length;
        BinaryPrimitives.WriteUInt16BigEndian(_buffer[2..], (ushort)(Length - StunMessage.HeaderLength));
        return attribute.Slice(4, length);
    }
}
