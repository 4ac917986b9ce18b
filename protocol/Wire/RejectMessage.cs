using System.Buffers.Binary;

namespace Peercast.Protocol.Wire;

/// <summary>The chunk will not come. WIRE.md, section "REJECT".</summary>
/// <param name="Request">The request.</param>
/// <param name="Reason">Why.</param>
internal readonly record struct RejectMessage(uint Request, RejectReason Reason)
{
    public const int Length = 6;

    public byte[] Encode()
    {
        byte[] message = new byte[Length];
        message[0] = (byte)MessageType.Reject;
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(1), Request);
        message[5] = (byte)Reason;
        return message;
    }

    public static bool TryDecode(ReadOnlySpan<byte> message, out RejectMessage result, out WireError error)
    {
        result = default;
        if (!WireFormat.Matches(message, MessageType.Reject, Length, out error))
        {
            return false;
        }

        var reason = (RejectReason)message[5];
        if (reason is < RejectReason.NotHeld or > RejectReason.NoUpload)
        {
            error = WireError.Value;
            return false;
        }
        
        result = new RejectMessage(BinaryPrimitives.ReadUInt32BigEndian(message[1..]), reason);
        return true;
    }
}
