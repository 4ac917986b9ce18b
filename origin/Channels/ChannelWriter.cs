using System.Collections.Immutable;
using Peercast.Origin.Media;
using Peercast.Protocol.Chunks;
using Peercast.Protocol.Primitives;

namespace Peercast.Origin.Channels;

/// <summary>
/// Turns the parts of a channel's ingests into numbered chunks and signed batches. One ingest at a time.
/// </summary>
/// <param name="channel">Where they go.</param>
/// <param name="batchDuration">How much media a batch covers before it is signed.</param>
/// <param name="time">For the batches' wall clock.</param>
internal sealed class ChannelWriter(Channel channel, TimeSpan batchDuration, TimeProvider time)
{
    private readonly ChannelTimeline _timeline = new(channel.Position.Time);
    private readonly List<ChunkInfo> _infos = [];
    private readonly List<ReadOnlyMemory<byte>> _payloads = [];
    private long _nextChunk = channel.Position.Chunk;
    private long _segment = channel.Position.Segment - 1;
    private int _part;
    private int _epoch;
    private StoredInit? _init;
    private bool _awaitKeyframe = true;
    private bool _discontinuity;
    private bool _hasEpoch;
    private long _wallClock;
    private MediaTime _batched;

    /// <summary>
    /// A recorded channel signs its last batch only when it is known to be the last, since its last chunk says so.
    /// </summary>
    private readonly bool _holdLast = channel.Kind == ChannelKind.Recorded;

    /// <summary>A new ffmpeg begins: its first part must begin with a keyframe, and is laid behind all before it.</summary>
    public void BeginEpoch()
    {
        if (!_holdLast)
        {
            Flush();
        }

        _timeline.BeginEpoch();
        _awaitKeyframe = true;
        _hasEpoch = false;
    }

    /// <summary>Where <paramref name="part"/> would end on the channel's timeline; <see langword="null"/> where it would be dropped.</summary>
    public MediaTime? Preview(Part part) => _awaitKeyframe && !part.Fragment.StartsWithKeyframe(part.Init) ? null : _timeline.Preview(part);

    /// <summary>Adds a part.</summary>
    /// <returns>Whether it was taken; one that comes before the first keyframe is not.</returns>
    public bool Write(Part part)
    {
        bool keyframe = part.Fragment.StartsWithKeyframe(part.Init);
        if (_awaitKeyframe && !keyframe)
        {
            return false;
        }

        _awaitKeyframe = false;
        if (!_hasEpoch || _init is null || _init.Segment.Hash != part.Init.Hash)
        {
            StartEpoch(part.Init);
        }

        (MediaTime start, MediaTime duration) = _timeline.Place(part);
        if (keyframe)
        {
            _segment++;
            _part = 0;
        }

        // The manifest counts parts in 16 bits: a segment of more would last hours.
        int slices = PartSlicer.Count(part.Bytes.Length);
        for (int i = 0; i < slices; i++)
        {
            AddChunk(part, i, slices, start, duration, keyframe && i == 0);
        }

        _part = Math.Min(_part + 1, ushort.MaxValue);
        _batched += duration;
        if (!_holdLast && _batched.ToTimeSpan() >= batchDuration)
        {
            Flush();
        }

        return true;
    }

    /// <summary>Signs what is still unsigned: the ingest pauses or ends.</summary>
    public void EndEpoch()
    {
        if (!_holdLast)
        {
            Flush();
            channel.Store.CloseSegment();
        }
    }

    /// <summary>The recorded channel has all its parts.</summary>
    public void Complete()
    {
        if (_infos.Count > 0)
        {
            _infos[^1] = _infos[^1] with { Flags = _infos[^1].Flags | ChunkFlags.EndOfChannel };
        }

        Flush();
        channel.Store.Complete();
    }

    private void StartEpoch(InitSegment init)
    {
        Flush();
        _hasEpoch = true;
        bool first = channel.Store.ChunksProduced == 0;
        _epoch = channel.Position.NextEpoch();
        _discontinuity = !first || channel.Position.Chunk > 0;
        if (_init?.Segment.Hash != init.Hash)
        {
            _init = new StoredInit(channel.Position.NextInit(), init);
            channel.Store.AddInit(_init.Index, init);
        }
    }

    private void AddChunk(Part part, int slice, int slices, MediaTime start, MediaTime duration, bool keyframe)
    {
        bool full = _infos.Count == ManifestBatch.MaxChunks;
        bool overdue = _holdLast && slice == 0 && _batched.ToTimeSpan() >= batchDuration;
        if (full || overdue)
        {
            Flush();
        }

        if (_infos.Count == 0)
        {
            _wallClock = time.GetUtcNow().ToUnixTimeMilliseconds();
        }

        (int offset, int length) = PartSlicer.Slice(part.Bytes.Length, slice, slices);
        ReadOnlyMemory<byte> data = part.Bytes.AsMemory(offset, length);
        ChunkFlags flags = (keyframe ? ChunkFlags.Keyframe : ChunkFlags.None)
            | (slice == slices - 1 ? ChunkFlags.EndOfPart : ChunkFlags.None)
            | (_discontinuity ? ChunkFlags.Discontinuity : ChunkFlags.None);
        _discontinuity = false;
        _infos.Add(new ChunkInfo(new ChunkId(_nextChunk++), _segment, _part, offset, length, start, duration, flags, Hash256.Of(data.Span)));
        _payloads.Add(data);
    }

    private void Flush()
    {
        _batched = default;
        if (_infos.Count == 0)
        {
            return;
        }

        // Reserved on disk before it is published: no crash between the two can make a number serve twice.
        channel.Position.MoveTo(_nextChunk, _segment + 1, _timeline.End);
        var batch = new ManifestBatch(
            channel.Fingerprint, Channel.MainRendition, _epoch, _init!.Index, _init.Segment.Hash, _infos[0].Id, _wallClock, [.. _infos]);
        channel.Publish(batch, [.. _payloads]);
        _infos.Clear();
        _payloads.Clear();
    }
}
