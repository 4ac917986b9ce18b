using System.Buffers.Binary;

namespace Peercast.WebRtc.Sctp.Chunks;

/// <summary>SCTP SACK, RFC 9260 section 3.3.4, still in the packet's bytes.</summary>
internal readonly ref struct SackChunk
{
    /// <summary>The fixed fields after the chunk header.</summary>
    public const int FixedSize = 12;
    private readonly ReadOnlySpan<byte> _blocks;
    private readonly ReadOnlySpan<byte> _duplicates;

    private SackChunk(ReadOnlySpan<byte> value, int gaps, int duplicates)
    {
        CumulativeTsn = BinaryPrimitives.ReadUInt32BigEndian(value);
        ReceiverWindow = BinaryPrimitives.ReadUInt32BigEndian(value[4..]);
        _blocks = value.Slice(FixedSize, gaps * 4);
        _duplicates = value.Slice(FixedSize + (gaps * 4), duplicates * 4);
    }

    /// <summary>The SACK that a SHUTDOWN chunk implies: a cumulative TSN and nothing else.</summary>
    public SackChunk(uint cumulativeTsn, uint receiverWindow)
    {
        CumulativeTsn = cumulativeTsn;
        ReceiverWindow = receiverWindow;
    }

    /// <summary>Every TSN up to this one has arrived.</summary>
    public uint CumulativeTsn { get; }

    /// <summary>Bytes that the peer can buffer.</summary>
    public uint ReceiverWindow { get; }

    public int GapCount => _blocks.Length / 4;

    public int DuplicateCount => _duplicates.Length / 4;

    /// <summary>A block of TSNs that arrived, as offsets from <see cref="CumulativeTsn"/>, both ends included.</summary>
    public (ushort Start, ushort End) Gap(int index) =>
        (BinaryPrimitives.ReadUInt16BigEndian(_blocks[(index * 4)..]), BinaryPrimitives.ReadUInt16BigEndian(_blocks[((index * 4) + 2)..]));

    public static bool TryParse(SctpChunk chunk, out SackChunk sack)
    {
        sack = default;
        var value = chunk.Value;
        if (value.Length < FixedSize)
            return false;
        int gaps = BinaryPrimitives.ReadUInt16BigEndian(value[8..]), duplicates = BinaryPrimitives.ReadUInt16BigEndian(value[10..]);
        if (value.Length < FixedSize + (4 * (gaps + duplicates)))
            return false;
        sack = new SackChunk(value, gaps, duplicates);
        return true;
    }

    /// <summary>Writes a SACK; gap blocks and duplicates that do not fit in the packet are left out.</summary>
    public static void Write(
        ref PacketBuilder packet, uint cumulativeTsn, uint window, scoped ReadOnlySpan<TsnRange> gaps, scoped ReadOnlySpan<uint> duplicates)
    {
        int room = (packet.Remaining - 4 - FixedSize) / 4;
        gaps = gaps[..Math.Min(gaps.Length, room)];
        duplicates = duplicates[..Math.Min(duplicates.Length, room - gaps.Length)];
        var value = packet.Append(ChunkType.Sack, 0, FixedSize + (4 * (gaps.Length + duplicates.Length)));
        BinaryPrimitives.WriteUInt32BigEndian(value, cumulativeTsn);
        BinaryPrimitives.WriteUInt32BigEndian(value[4..], window);
        BinaryPrimitives.WriteUInt16BigEndian(value[8..], (ushort)gaps.Length);
        BinaryPrimitives.WriteUInt16BigEndian(value[10..], (ushort)duplicates.Length);
        value = value[FixedSize..];
        foreach (var gap in gaps)
        {
            BinaryPrimitives.WriteUInt16BigEndian(value, (ushort)(gap.First - cumulativeTsn));
            BinaryPrimitives.WriteUInt16BigEndian(value[2..], (ushort)(gap.Last - cumulativeTsn));
            value = value[4..];
        }

        foreach (var tsn in duplicates)
        {
            BinaryPrimitives.WriteUInt32BigEndian(value, tsn);
            value = value[4..];
        }
    }
}
