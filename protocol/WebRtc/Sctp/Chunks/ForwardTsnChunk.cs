using System.Buffers.Binary;

namespace Peercast.WebRtc.Sctp.Chunks;

/// <summary>FORWARD TSN, RFC 3758 section 3.2: the sender has given up everything up to a TSN.</summary>
internal readonly ref struct ForwardTsnChunk
{
    private readonly ReadOnlySpan<byte> _skipped;

    private ForwardTsnChunk(ReadOnlySpan<byte> value)
    {
        NewCumulativeTsn = BinaryPrimitives.ReadUInt32BigEndian(value);
        _skipped = value[4..];
    }

    public uint NewCumulativeTsn { get; }

    public int SkippedCount => _skipped.Length / 4;

    /// <summary>An ordered stream, and the last of its sequence numbers that was given up.</summary>
    public (ushort StreamId, ushort Ssn) Skipped(int index) =>
        (BinaryPrimitives.ReadUInt16BigEndian(_skipped[(index * 4)..]), BinaryPrimitives.ReadUInt16BigEndian(_skipped[((index * 4) + 2)..]));

    public static bool TryParse(SctpChunk chunk, out ForwardTsnChunk forward)
    {
        forward = default;
        if (chunk.Value.Length < 4)
            return false;
        forward = new ForwardTsnChunk(chunk.Value);
        return true;
    }

    /// <summary>Bytes of a chunk that skips messages on so many streams.</summary>
    public static int SizeOf(int streams) => 8 + (4 * streams);

    public static void Write(ref PacketBuilder packet, uint newCumulativeTsn, IReadOnlyCollection<KeyValuePair<ushort, ushort>> skipped)
    {
        var value = packet.Append(ChunkType.ForwardTsn, 0, 4 + (4 * skipped.Count));
        BinaryPrimitives.WriteUInt32BigEndian(value, newCumulativeTsn);
        foreach (var (streamId, ssn) in skipped)
        {
            value = value[4..];
            BinaryPrimitives.WriteUInt16BigEndian(value, streamId);
            BinaryPrimitives.WriteUInt16BigEndian(value[2..], ssn);
        }
    }
}
