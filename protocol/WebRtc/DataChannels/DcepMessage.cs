using System.Buffers.Binary;
using System.Text;
using Peercast.Protocol.Transport;

namespace Peercast.WebRtc.DataChannels;

/// <summary>DATA_CHANNEL_OPEN and DATA_CHANNEL_ACK (RFC 8832, section 5).</summary>
internal sealed record DcepMessage
{
    private const byte OpenType = 3;
    private const byte AckType = 2;
    private const int OpenHeaderSize = 12;
    private const byte UnorderedBit = 0x80;
    private const byte Reliable = 0;
    private const byte LimitedRetransmits = 1;
    private const byte LimitedLifetime = 2;

    /// <summary>DATA_CHANNEL_ACK has no fields.</summary>
    public static ReadOnlySpan<byte> Ack => [AckType];

    public required string Label { get; init; }

    public required DataChannelOptions Options { get; init; }

    public static bool IsAck(ReadOnlySpan<byte> message) => message is [AckType, ..];

    /// <summary>Reads DATA_CHANNEL_OPEN; <see langword="false"/> when it is anything else, or malformed.</summary>
    public static bool TryParseOpen(ReadOnlySpan<byte> message, out DcepMessage? open)
    {
        open = null;
        if (message.Length < OpenHeaderSize || message[0] != OpenType)
            return false;
        byte type = message[1];
        uint reliability = BinaryPrimitives.ReadUInt32BigEndian(message[4..]);
        int labelLength = BinaryPrimitives.ReadUInt16BigEndian(message[8..]), protocolLength = BinaryPrimitives.ReadUInt16BigEndian(message[10..]);
        if (message.Length < OpenHeaderSize + labelLength + protocolLength || (type & ~UnorderedBit) > LimitedLifetime)
            return false;
        ushort limit = (ushort)Math.Min(reliability, ushort.MaxValue);
        var text = message[OpenHeaderSize..];
        open = new DcepMessage
        {
            Label = Encoding.UTF8.GetString(text[..labelLength]),
            Options = new DataChannelOptions
            {
                Ordered = (type & UnorderedBit) == 0,
                MaxRetransmits = (type & ~UnorderedBit) == LimitedRetransmits ? limit : null,
                MaxPacketLifeTime = (type & ~UnorderedBit) == LimitedLifetime ? limit : null,
                Protocol = Encoding.UTF8.GetString(text.Slice(labelLength, protocolLength)),
            },
        };
        return true;
    }

    public byte[] EncodeOpen()
    {
        int labelLength = Encoding.UTF8.GetByteCount(Label), protocolLength = Encoding.UTF8.GetByteCount(Options.Protocol);
        var message = new byte[OpenHeaderSize + labelLength + protocolLength];
        message[0] = OpenType;
        byte type = Options.MaxRetransmits is not null ? LimitedRetransmits : Options.MaxPacketLifeTime is not null ? LimitedLifetime : Reliable;
        message[1] = (byte)(type | (Options.Ordered ? 0 : UnorderedBit));
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(4), Options.MaxRetransmits ?? Options.MaxPacketLifeTime ?? 0u);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(8), (ushort)labelLength);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(10), (ushort)protocolLength);
        Encoding.UTF8.GetBytes(Label, message.AsSpan(OpenHeaderSize));
        Encoding.UTF8.GetBytes(Options.Protocol, message.AsSpan(OpenHeaderSize + labelLength));
        return message;
    }
}
