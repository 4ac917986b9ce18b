using Peercast.Protocol.Chunks;

namespace Peercast.Origin.Channels;

/// <summary>Cuts a part into chunks: one, or equal slices of at most 64 KiB.</summary>
internal static class PartSlicer
{
    /// <summary>How many chunks a part of <paramref name="length"/> bytes becomes.</summary>
    public static int Count(int length) => Math.Max(1, (length + ChunkInfo.MaxLength - 1) / ChunkInfo.MaxLength);

    /// <summary>Where slice <paramref name="index"/> of <paramref name="count"/> lies; lengths differ by at most one byte.</summary>
    public static (int Offset, int Length) Slice(int length, int index, int count)
    {
        int start = (int)((long)length * index / count);
        int end = (int)((long)length * (index + 1) / count);
        return (start, end - start);
    }
}
