using Peercast.Protocol.Primitives;

namespace Peercast.Protocol.Scheduling;

/// <summary>
/// Who of the neighbors wants which chunk of a recording by when, from how far each of them looks ahead: it says so
/// with every HAVE, and everybody looks ahead by the same time.
/// </summary>
internal sealed class RecordedDemand
{
    private readonly List<(long Playhead, long End, ulong Bit)> _neighbors = [];
    private double _chunksPerSecond = 1;

    /// <summary>The chunk before which every neighbor's look ahead ends.</summary>
    public ChunkId End { get; private set; }

    /// <summary>Starts over.</summary>
    /// <param name="chunksPerSecond">Of the recording around here; above 0.</param>
    public void Clear(double chunksPerSecond)
    {
        _neighbors.Clear();
        _chunksPerSecond = chunksPerSecond;
        End = default;
    }

    /// <summary>Adds a neighbor.</summary>
    /// <param name="bit">Its bit in sets of neighbors.</param>
    /// <param name="before">The chunk before which its look ahead ends.</param>
    /// <param name="aheadSeconds">How far it looks ahead.</param>
    public void Add(ulong bit, ChunkId before, double aheadSeconds)
    {
        _neighbors.Add((before.Value - (long)(aheadSeconds * _chunksPerSecond), before.Value, bit));
        End = before > End ? before : End;
    }

    /// <summary>Seconds until the first of the neighbors that do not hold a chunk needs it; infinite: none of them looks at it.</summary>
    /// <param name="chunk">The chunk.</param>
    /// <param name="holders">Those that hold it, as bits.</param>
    public double SecondsToNeed(ChunkId chunk, ulong holders)
    {
        double soonest = double.PositiveInfinity;
        foreach ((long playhead, long end, ulong bit) in _neighbors)
        {
            if (chunk.Value >= playhead && chunk.Value < end && (holders & bit) == 0)
            {
                soonest = Math.Min(soonest, (chunk.Value - playhead) / _chunksPerSecond);
            }
        }

        return soonest;
    }
}
