using System.Buffers.Binary;
using Peercast.Protocol.Primitives;

namespace Peercast.Protocol.Wire;

/// <summary>The sender's window moved elsewhere: it wants to hear anew what the receiver holds. WIRE.md, section "WINDOW".</summary>
/// <param name="WindowStart">The oldest chunk that it may hold or want from now on.</param>
/// <param name="BatchesBefore">It has the batches of all chunks from <paramref name="WindowStart"/> up to, not including, this one.</param>
internal readonly record struct WindowMessage(ChunkId WindowStart, ChunkId BatchesBefore)
{
    public const int Length = 17;

    public byte[] Encode()
    {
        byte[] message = new byte[Length];
        message[0] = (byte)MessageType.Window;
        BinaryPrimitives.WriteInt64BigEndian(message.AsSpan(1), WindowStart.Value);
        BinaryPrimitives.WriteInt64BigEndian(message.AsSpan(9), BatchesBefore.Value);
        return message;
    }

    public static bool TryDecode(ReadOnlySpan<byte> message, out WindowMessage result, out WireError error)
    {
        result = default;
        if (!WireFormat.Matches(message, MessageType.Window, Length, out error))
        {
            return false;
        }

        if (!WireFormat.TryReadId(message[1..], out ChunkId start) || !WireFormat.TryReadId(message[9..], out ChunkId batchesBefore))
        {
            error = WireError.Value;
            return false;
        }

        result = new WindowMessage(start, batchesBefore);
        return true;
    }
}
