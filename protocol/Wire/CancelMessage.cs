using System.Buffers.Binary;

namespace Peercast.Protocol.Wire;

/// <summary>The chunk is no longer wanted; fragments on their way may still arrive. WIRE.md, section "CANCEL".</summary>
/// <param name="Request">The request.</param>
internal readonly record struct CancelMessage(uint Request)
{
    public const int Length = 5;

    public byte[] Encode()
    {
        byte[] message = new byte[Length];
        message[0] = (byte)MessageType.Cancel;
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(1), Request);
        return message;
    }

    public static bool TryDecode(ReadOnlySpan<byte> message, out CancelMessage result, out WireError error)
    {
        result = default;
        if (!WireFormat.Matches(message, MessageType.Cancel, Length, out error))
        {
            return false;
        }

        result = new CancelMessage(BinaryPrimitives.ReadUInt32BigEndian(message[1..]));
        return true;
    }
}
