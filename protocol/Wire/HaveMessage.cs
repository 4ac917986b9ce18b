using System.Buffers.Binary;
using Peercast.Protocol.Primitives;

namespace Peercast.Protocol.Wire;

/// <summary>Chunks that the sender holds from now on. WIRE.md, section "HAVE". A view over the received bytes.</summary>
internal readonly ref struct HaveMessage
{
    /// <summary>The most ranges in one message.</summary>
    public const int MaxRanges = 64;

    /// <summary>The farthest that a range may lie behind <see cref="WindowStart"/>.</summary>
    public const int MaxOffset = ushort.MaxValue;

    private const int HeaderLength = 18;
    private const int RangeLength = 4;

    private readonly ReadOnlySpan<byte> _ranges;

    private HaveMessage(ChunkId windowStart, ChunkId batchesBefore, ReadOnlySpan<byte> ranges)
    {
        WindowStart = windowStart;
        BatchesBefore = batchesBefore;
        _ranges = ranges;
    }

    /// <summary>The sender holds nothing before this chunk any more.</summary>
    public ChunkId WindowStart { get; }

    /// <summary>The sender has the batches of all chunks from <see cref="WindowStart"/> up to, not including, this one.</summary>
    public ChunkId BatchesBefore { get; }

    /// <summary>How many ranges there are.</summary>
    public int RangeCount => _ranges.Length / RangeLength;

    /// <summary>One of the ranges; they ascend and do not overlap.</summary>
    public ChunkRange RangeAt(int index)
    {
        ReadOnlySpan<byte> range = _ranges[(index * RangeLength)..];
        ChunkId first = WindowStart + BinaryPrimitives.ReadUInt16BigEndian(range);
        return new ChunkRange(first, first + (BinaryPrimitives.ReadUInt16BigEndian(range[2..]) - 1));
    }

    /// <summary>Encodes at most <see cref="MaxRanges"/> ranges, none of which reaches farther than <see cref="MaxOffset"/>.</summary>
    public static byte[] Encode(ChunkId windowStart, ChunkId batchesBefore, ReadOnlySpan<ChunkRange> ranges)
    {
        byte[] message = new byte[HeaderLength + (ranges.Length * RangeLength)];
        message[0] = (byte)MessageType.Have;
        BinaryPrimitives.WriteInt64BigEndian(message.AsSpan(1), windowStart.Value);
        BinaryPrimitives.WriteInt64BigEndian(message.AsSpan(9), batchesBefore.Value);
        message[17] = checked((byte)ranges.Length);
        for (int i = 0; i < ranges.Length; i++)
        {
            Span<byte> range = message.AsSpan(HeaderLength + (i * RangeLength));
            BinaryPrimitives.WriteUInt16BigEndian(range, checked((ushort)(ranges[i].First - windowStart)));
            BinaryPrimitives.WriteUInt16BigEndian(range[2..], checked((ushort)ranges[i].Count));
        }

        return message;
    }

    public static bool TryDecode(ReadOnlySpan<byte> message, out HaveMessage result, out WireError error)
    {
        result = default;
        if (message.Length < HeaderLength || message[17] > MaxRanges || message.Length != HeaderLength + (message[17] * RangeLength))
        {
            error = WireError.Length;
            return false;
        }

        if (message[0] != (byte)MessageType.Have)
        {
            error = WireError.UnknownType;
            return false;
        }

        ReadOnlySpan<byte> ranges = message[HeaderLength..];
        if (!WireFormat.TryReadId(message[1..], out ChunkId windowStart)
            || !WireFormat.TryReadId(message[9..], out ChunkId batchesBefore)
            || !AscendWithoutOverlap(ranges))
        {
            error = WireError.Value;
            return false;
        }

        error = WireError.None;
        result = new HaveMessage(windowStart, batchesBefore, ranges);
        return true;
    }

    private static bool AscendWithoutOverlap(ReadOnlySpan<byte> ranges)
    {
        int next = 0;
        for (; !ranges.IsEmpty; ranges = ranges[RangeLength..])
        {
            int offset = BinaryPrimitives.ReadUInt16BigEndian(ranges);
            int count = BinaryPrimitives.ReadUInt16BigEndian(ranges[2..]);
            if (offset < next || count == 0)
            {
                return false;
            }

            next = offset + count;
        }

        return next <= MaxOffset + 1;
    }
}
