using System.Buffers.Binary;
using Peercast.WebRtc.Sctp;
using Peercast.WebRtc.Sctp.Chunks;

namespace Peercast.WebRtc.Tests.Sctp;

/// <summary>Speaks to one end of an established pair in hand-made packets, in the other end's name.</summary>
internal sealed class RawPeer
{
    private readonly SctpPair _pair;
    private readonly SctpAssociation _target;
    private readonly uint _tag;
    private readonly byte[] _buffer = new byte[1500];
    private uint _tsn;

    public RawPeer(SctpPair pair, bool towardsA = false)
    {
        _pair = pair;
        _target = towardsA ? pair.A : pair.B;
        var source = towardsA ? pair.B : pair.A;
        _tsn = source.Sender!.NextTsn;
        // A packet of the source tells the tag that the target expects; it is thrown away.
        Assert.True(source.TrySend(pair.Now, 60_000, 53, [1], default));
        Assert.True(source.TryGetPacket(pair.Now, _buffer, out _));
        _tag = BinaryPrimitives.ReadUInt32BigEndian(_buffer.AsSpan(4));
    }

    public uint Tag => _tag;

    public void Skip(int count) => _tsn += (uint)count;

    public void SendData(int flags, ushort stream, ushort ssn, byte[] payload)
    {
        var packet = new PacketBuilder(_buffer, 5000, 5000, _tag);
        new DataChunk((byte)flags, _tsn++, stream, ssn, 53, payload).Write(ref packet);
        Deliver(packet.Finish());
    }

    /// <summary>Sends an unknown chunk and DATA behind it; with <paramref name="retry"/> the TSN is used again later.</summary>
    public void SendAfterChunk(byte type, int flags, byte[] payload, bool retry)
    {
        var packet = new PacketBuilder(_buffer, 5000, 5000, _tag);
        packet.Append((ChunkType)type, 0, 3);
        new DataChunk((byte)flags, _tsn, 1, 0, 53, payload).Write(ref packet);
        Deliver(packet.Finish());
        if (!retry)
            _tsn++;
    }

    public void SendSack(uint cumulative, uint window, TsnRange[] gaps)
    {
        var packet = new PacketBuilder(_buffer, 5000, 5000, _tag);
        SackChunk.Write(ref packet, cumulative, window, gaps, []);
        Deliver(packet.Finish());
    }

    /// <summary>Sends an encoded chunk.</summary>
    public void SendChunk(byte[] chunk, uint? tag = null)
    {
        var packet = new PacketBuilder(_buffer, 5000, 5000, tag ?? _tag);
        packet.AppendEncoded(chunk);
        Deliver(packet.Finish());
    }

    public List<byte[]> Answers()
    {
        var packets = new List<byte[]>();
        while (_target.TryGetPacket(_pair.Now, _buffer, out int length))
            packets.Add(_buffer[..length]);
        return packets;
    }

    private void Deliver(int length) => _target.Receive(_pair.Now, _buffer.AsSpan(0, length));
}
