using System.Buffers.Binary;
using Peercast.Protocol.Primitives;

namespace Peercast.Protocol.Wire;

/// <summary>Peers that the sender is connected to. WIRE.md, section "PEX". A view over the received bytes.</summary>
internal readonly ref struct PexMessage
{
    /// <summary>The most peers in one message.</summary>
    public const int MaxPeers = 50;

    private const int HeaderLength = 2;
    private const int EntryLength = 12;

    private readonly ReadOnlySpan<byte> _entries;

    private PexMessage(ReadOnlySpan<byte> entries) => _entries = entries;

    /// <summary>How many peers there are.</summary>
    public int Count => _entries.Length / EntryLength;

    /// <summary>One of the peers, with its uplink in kbit/s as far as the sender knows it, else 0.</summary>
    public (PeerId Peer, int UplinkKbps) PeerAt(int index)
    {
        ReadOnlySpan<byte> entry = _entries[(index * EntryLength)..];
        return (new PeerId(BinaryPrimitives.ReadUInt64BigEndian(entry)), BinaryPrimitives.ReadInt32BigEndian(entry[8..]));
    }

    public static byte[] Encode(ReadOnlySpan<(PeerId Peer, int UplinkKbps)> peers)
    {
        byte[] message = new byte[HeaderLength + (peers.Length * EntryLength)];
        message[0] = (byte)MessageType.Pex;
        message[1] = checked((byte)peers.Length);
        for (int i = 0; i < peers.Length; i++)
        {
            Span<byte> entry = message.AsSpan(HeaderLength + (i * EntryLength));
            BinaryPrimitives.WriteUInt64BigEndian(entry, peers[i].Peer.Value);
            BinaryPrimitives.WriteInt32BigEndian(entry[8..], peers[i].UplinkKbps);
        }

        return message;
    }

    public static bool TryDecode(ReadOnlySpan<byte> message, out PexMessage result, out WireError error)
    {
        result = default;
        if (message.Length < HeaderLength || message[1] > MaxPeers || message.Length != HeaderLength + (message[1] * EntryLength))
        {
            error = WireError.Length;
            return false;
        }

        if (message[0] != (byte)MessageType.Pex)
        {
            error = WireError.UnknownType;
            return false;
        }

        result = new PexMessage(message[HeaderLength..]);
        error = WireError.None;
        for (int i = 0; i < result.Count; i++)
        {
            if (result.PeerAt(i).UplinkKbps < 0)
            {
                error = WireError.Value;
                return false;
            }
        }

        return true;
    }
}
