using System.Buffers.Binary;
using Peercast.Protocol.Primitives;

namespace Peercast.Protocol.Wire;

/// <summary>Asks for one chunk. WIRE.md, section "REQUEST".</summary>
/// <param name="Request">Chosen by the sender; names the request in the answers.</param>
/// <param name="Chunk">Which.</param>
/// <param name="TimeToDeadlineMs">How long from now the chunk is of use; 65,535: that long or longer.</param>
internal readonly record struct RequestMessage(uint Request, ChunkId Chunk, ushort TimeToDeadlineMs)
{
    public const int Length = 15;

    public byte[] Encode()
    {
        byte[] message = new byte[Length];
        message[0] = (byte)MessageType.Request;
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(1), Request);
        BinaryPrimitives.WriteInt64BigEndian(message.AsSpan(5), Chunk.Value);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(13), TimeToDeadlineMs);
        return message;
    }

    public static bool TryDecode(ReadOnlySpan<byte> message, out RequestMessage result, out WireError error)
    {
        result = default;
        if (!WireFormat.Matches(message, MessageType.Request, Length, out error))
        {
            return false;
        }

        if (!WireFormat.TryReadId(message[5..], out ChunkId chunk))
        {
            error = WireError.Value;
            return false;
        }
        
        result = new RequestMessage(BinaryPrimitives.ReadUInt32BigEndian(message[1..]), chunk, BinaryPrimitives.ReadUInt16BigEndian(message[13..]));
        return true;
    }
}
