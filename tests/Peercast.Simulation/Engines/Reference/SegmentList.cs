using Peercast.Protocol.Chunks;
using Peercast.Protocol.Primitives;

namespace Peercast.Simulation.Engines.Reference;

/// <summary>The segments that are complete at the origin as far as the shelf knows: a playlist.</summary>
internal sealed class SegmentList(ChunkShelf shelf)
{
    private readonly SortedDictionary<long, Segment> _segments = [];
    private KnownChunk? _first;
    private ChunkId _next;

    /// <summary>In order.</summary>
    public IEnumerable<Segment> All => _segments.Values;

    public Segment? Find(long number) => _segments.GetValueOrDefault(number);

    /// <summary>Looks at what the shelf has learned. A segment is listed once the next one has begun, or the channel has ended.</summary>
    public void Update()
    {
        if (_next < shelf.First || _next > shelf.End)
        {
            (_first, _next) = (null, shelf.First);
            _segments.Clear();
        }

        for (; shelf.Find(_next) is { } chunk; _next = _next.Next)
        {
            if (_first is not null && chunk.Info.Segment != _first.Info.Segment)
            {
                Add(shelf.Find(new ChunkId(chunk.Id.Value - 1))!);
            }

            if (chunk.Info.StartsSegment)
            {
                _first = chunk;
            }

            if ((chunk.Info.Flags & ChunkFlags.EndOfChannel) != 0)
            {
                Add(chunk);
            }
        }
    }

    /// <summary>Forgets the segments before one.</summary>
    /// <returns>Whether there were any.</returns>
    public bool DropBefore(long number)
    {
        List<long> old = [.. _segments.Keys.TakeWhile(n => n < number)];
        old.ForEach(n => _segments.Remove(n));
        return old.Count > 0;
    }

    private void Add(KnownChunk last)
    {
        if (_first is not { } first)
        {
            return;
        }

        _segments[first.Info.Segment] = new Segment
        {
            Number = first.Info.Segment,
            Chunks = new ChunkRange(first.Id, last.Id),
            Start = first.Info.PresentationTime,
            End = last.Info.PresentationTime + last.Info.Duration,
        };
        _first = null;
    }
}
