using System.Buffers.Binary;

namespace Peercast.WebRtc.Sctp.Chunks;

/// <summary>SCTP DATA, RFC 9260 section 3.3.1: one fragment of a message.</summary>
internal readonly ref struct DataChunk(byte flags, uint tsn, ushort streamId, ushort ssn, uint ppid, ReadOnlySpan<byte> payload)
{
    /// <summary>The chunk header and the fixed fields before the payload.</summary>
    public const int HeaderSize = 16;

    public const byte EndFlag = 1;
    public const byte BeginFlag = 2;
    public const byte UnorderedFlag = 4;
    public const byte ImmediateFlag = 8;

    private readonly byte _flags = flags;

    public uint Tsn { get; } = tsn;

    public ushort StreamId { get; } = streamId;

    /// <summary>The stream sequence number; meaningless when <see cref="IsUnordered"/>.</summary>
    public ushort Ssn { get; } = ssn;

    public uint Ppid { get; } = ppid;

    public ReadOnlySpan<byte> Payload { get; } = payload;

    public bool IsEnd => (_flags & EndFlag) != 0;

    public bool IsBegin => (_flags & BeginFlag) != 0;

    public bool IsUnordered => (_flags & UnorderedFlag) != 0;

    /// <summary>The sender asks for a SACK at once (the I bit).</summary>
    public bool WantsImmediateSack => (_flags & ImmediateFlag) != 0;

    public static bool TryParse(SctpChunk chunk, out DataChunk data)
    {
        data = default;
        var value = chunk.Value;
        if (value.Length < HeaderSize - 4)
            return false;
        data = new DataChunk(
            chunk.Flags,
            BinaryPrimitives.ReadUInt32BigEndian(value),
            BinaryPrimitives.ReadUInt16BigEndian(value[4..]),
            BinaryPrimitives.ReadUInt16BigEndian(value[6..]),
            BinaryPrimitives.ReadUInt32BigEndian(value[8..]),
            value[12..]);
        return true;
    }

    public void Write(ref PacketBuilder packet)
    {
        var value = packet.Append(ChunkType.Data, _flags, HeaderSize - 4 + Payload.Length);
        BinaryPrimitives.WriteUInt32BigEndian(value, Tsn);
        BinaryPrimitives.WriteUInt16BigEndian(value[4..], StreamId);
        BinaryPrimitives.WriteUInt16BigEndian(value[6..], Ssn);
        BinaryPrimitives.WriteUInt32BigEndian(value[8..], Ppid);
        Payload.CopyTo(value[12..]);
    }
}
