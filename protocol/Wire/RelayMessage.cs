using System.Buffers.Binary;
using Peercast.Protocol.Primitives;

namespace Peercast.Protocol.Wire;

/// <summary>
/// Signaling (an offer, an answer, an ICE candidate) between two peers that share a neighbor, passed on by it: how
/// peers learned by PEX are reached, and how a swarm grows with the tracker gone. WIRE.md, section "RELAY". A view
/// over the received bytes.
/// </summary>
internal readonly ref struct RelayMessage
{
    /// <summary>The most payload of one message: an offer of the largest size that signaling allows, as JSON.</summary>
    public const int MaxPayload = 12 * 1024;

    private const int HeaderLength = 10;

    private RelayMessage(bool isForwarded, PeerId peer, ReadOnlySpan<byte> payload)
    {
        IsForwarded = isForwarded;
        Peer = peer;
        Payload = payload;
    }

    /// <summary>From the neighbor in the middle; otherwise to it.</summary>
    public bool IsForwarded { get; }

    /// <summary>To the neighbor in the middle: the receiver. From it: the sender.</summary>
    public PeerId Peer { get; }

    /// <summary>A signaling message; opaque here.</summary>
    public ReadOnlySpan<byte> Payload { get; }

    public static byte[] Encode(bool isForwarded, PeerId peer, ReadOnlySpan<byte> payload)
    {
        byte[] message = new byte[HeaderLength + payload.Length];
        message[0] = (byte)MessageType.Relay;
        message[1] = isForwarded ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt64BigEndian(message.AsSpan(2), peer.Value);
        payload.CopyTo(message.AsSpan(HeaderLength));
        return message;
    }

    public static bool TryDecode(ReadOnlySpan<byte> message, out RelayMessage result, out WireError error)
    {
        result = default;
        if (message.Length is <= HeaderLength or > HeaderLength + MaxPayload)
        {
            error = WireError.Length;
            return false;
        }

        if (message[0] != (byte)MessageType.Relay)
        {
            error = WireError.UnknownType;
            return false;
        }

        if (message[1] > 1)
        {
            error = WireError.Value;
            return false;
        }

        error = WireError.None;
        result = new RelayMessage(message[1] == 1, new PeerId(BinaryPrimitives.ReadUInt64BigEndian(message[2..])), message[HeaderLength..]);
        return true;
    }
}
