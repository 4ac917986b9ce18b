using System.Buffers.Binary;

namespace Peercast.Protocol.Wire;

/// <summary>The chunk will come. WIRE.md, section "ACCEPT".</summary>
/// <param name="Request">The request.</param>
/// <param name="EtaMs">When the last fragment should leave, from now.</param>
internal readonly record struct AcceptMessage(uint Request, ushort EtaMs)
{
    public const int Length = 7;

    public byte[] Encode()
    {
        byte[] message = new byte[Length];
        message[0] = (byte)MessageType.Accept;
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(1), Request);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(5), EtaMs);
        return message;
    }

    public static bool TryDecode(ReadOnlySpan<byte> message, out AcceptMessage result, out WireError error)
    {
        result = default;
        if (!WireFormat.Matches(message, MessageType.Accept, Length, out error))
        {
            return false;
        }

        result = new AcceptMessage(BinaryPrimitives.ReadUInt32BigEndian(message[1..]), BinaryPrimitives.ReadUInt16BigEndian(message[5..]));
        return true;
    }
}
