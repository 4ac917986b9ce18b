using System.Buffers.Binary;

namespace Peercast.Protocol.Wire;

/// <summary>Asks for a sign of life. WIRE.md, section "PING".</summary>
/// <param name="Token">Sent back unchanged.</param>
internal readonly record struct PingMessage(uint Token)
{
    public const int Length = 5;

    public byte[] Encode()
    {
        byte[] message = new byte[Length];
        message[0] = (byte)MessageType.Ping;
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(1), Token);
        return message;
    }

    public static bool TryDecode(ReadOnlySpan<byte> message, out PingMessage result, out WireError error)
    {
        result = default;
        if (!WireFormat.Matches(message, MessageType.Ping, Length, out error))
        {
            return false;
        }

        result = new PingMessage(BinaryPrimitives.ReadUInt32BigEndian(message[1..]));
        return true;
    }
}
