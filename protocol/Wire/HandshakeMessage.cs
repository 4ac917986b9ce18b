using System.Buffers.Binary;
using Peercast.Protocol.Primitives;

namespace Peercast.Protocol.Wire;

/// <summary>The first message on the control channel, in both directions. WIRE.md, section "HANDSHAKE".</summary>
/// <param name="Swarm">Of the rendition; a peer of another swarm is turned away.</param>
/// <param name="Peer">The sender, as the tracker knows it.</param>
/// <param name="Capabilities">What it can do beyond the minimum.</param>
/// <param name="WindowStart">The oldest chunk that it may hold or want.</param>
/// <param name="BatchesBefore">It has the batches of all chunks from <paramref name="WindowStart"/> up to, not including, this one.</param>
internal readonly record struct HandshakeMessage(SwarmId Swarm, PeerId Peer, Capabilities Capabilities, ChunkId WindowStart, ChunkId BatchesBefore)
{
    public const int Length = 62;

    public byte[] Encode()
    {
        byte[] message = new byte[Length];
        message[0] = (byte)MessageType.Handshake;
        message[1] = WireFormat.Version;
        Swarm.Value.CopyTo(message.AsSpan(2));
        BinaryPrimitives.WriteUInt64BigEndian(message.AsSpan(34), Peer.Value);
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(42), (uint)Capabilities);
        BinaryPrimitives.WriteInt64BigEndian(message.AsSpan(46), WindowStart.Value);
        BinaryPrimitives.WriteInt64BigEndian(message.AsSpan(54), BatchesBefore.Value);
        return message;
    }

    public static bool TryDecode(ReadOnlySpan<byte> message, out HandshakeMessage result, out WireError error)
    {
        result = default;
        if (!WireFormat.Matches(message, MessageType.Handshake, Length, out error))
        {
            return false;
        }

        if (message[1] != WireFormat.Version)
        {
            error = WireError.Version;
            return false;
        }
        
        if (!WireFormat.TryReadId(message[46..], out ChunkId start) || !WireFormat.TryReadId(message[54..], out ChunkId batchesBefore))
        {
            error = WireError.Value;
            return false;
        }
        
        result = new HandshakeMessage(
            new SwarmId(new Hash256(message[2..])),
            new PeerId(BinaryPrimitives.ReadUInt64BigEndian(message[34..])),
            (Capabilities)BinaryPrimitives.ReadUInt32BigEndian(message[42..]),
            start,
            batchesBefore);
        return true;
    }
}
