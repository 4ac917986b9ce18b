using System.Buffers.Binary;

namespace Peercast.Protocol.Wire;

/// <summary>The answer to PING. WIRE.md, section "PONG".</summary>
/// <param name="Token">Sent back unchanged.</param>
internal readonly record struct PongMessage(uint Token)
{
    public const int Length = 5;

    public byte[] Encode()
    {
        byte[] message = new byte[Length];
        message[0] = (byte)MessageType.Pong;
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(1), Token);
        return message;
    }

    public static bool TryDecode(ReadOnlySpan<byte> message, out PongMessage result, out WireError error)
    {
        result = default;
        if (!WireFormat.Matches(message, MessageType.Pong, Length, out error))
        {
            return false;
        }

        result = new PongMessage(BinaryPrimitives.ReadUInt32BigEndian(message[1..]));
        return true;
    }
}
