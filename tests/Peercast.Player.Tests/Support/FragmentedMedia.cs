using Peercast.Player.Media;
using Peercast.Player.Playback;
using Peercast.Protocol.Chunks;
using Peercast.Protocol.Primitives;

namespace Peercast.Player.Tests.Support;

/// <summary>Fragmented MP4 cut into an init segment and chunks, as a session delivers them.</summary>
internal sealed class FragmentedMedia
{
    /// <summary>Cuts it: a part is a <c>moof</c> and its <c>mdat</c>, a chunk a slice of one.</summary>
    public FragmentedMedia(byte[] file, int maxChunk = ChunkInfo.MaxLength)
    {
        var boxes = new BoxReader(file);
        var part = -1;
        List<(int Start, int End)> parts = [];
        var mediaStart = -1;
        while (boxes.Read())
        {
            if (boxes.Type == BoxType.Moof)
            {
                part = boxes.Start;
                mediaStart = mediaStart < 0 ? part : mediaStart;
            }
            else if (boxes.Type == BoxType.Mdat && part >= 0)
            {
                parts.Add((part, boxes.Start + boxes.Whole.Length));
                part = -1;
            }
        }

        Init = file.AsMemory(0, mediaStart);
        Assert.True(InitSegment.TryParse(Init, out var init));
        Parsed = init!;
        long segment = -1;
        var index = 0;
        foreach (var (start, end) in parts)
        {
            var bytes = file.AsMemory(start, end - start);
            Assert.True(FragmentParser.TryParse(bytes.Span, init!, out var fragment));
            var run = fragment!.Runs[0];
            var scale = init!.Tracks.First(t => t.Id == run.Track).TimeScale;
            var keyframe = run.Track == init.Tracks[0].Id && run.Samples[0].IsSync;
            (segment, index) = keyframe ? (segment + 1, 0) : (segment, index + 1);
            var time = new MediaTime(run.DecodeTime * 1_000_000 / scale);
            var duration = new MediaTime(run.Samples.Sum(s => (long)s.Duration) * 1_000_000 / scale);
            for (var offset = 0; offset < bytes.Length; offset += maxChunk)
            {
                var slice = bytes.Slice(offset, Math.Min(maxChunk, bytes.Length - offset));
                var flags = (keyframe ? ChunkFlags.Keyframe : 0) | (offset + slice.Length == bytes.Length ? ChunkFlags.EndOfPart : 0);
                Chunks.Add((new ChunkInfo(new ChunkId(Chunks.Count), segment, index, offset, slice.Length, time, duration, flags, default), slice));
            }
        }
    }

    /// <summary>The init segment.</summary>
    public ReadOnlyMemory<byte> Init { get; }

    /// <summary>The init segment, read.</summary>
    public InitSegment Parsed { get; }

    /// <summary>All chunks in order, with ids from 0.</summary>
    public List<(ChunkInfo Info, ReadOnlyMemory<byte> Bytes)> Chunks { get; } = [];

    /// <summary>Delivers some of the chunks at once.</summary>
    public void Deliver(IMediaOutput output, int first = 0, int count = int.MaxValue)
    {
        foreach (var (info, bytes) in Chunks.Skip(first).Take(count))
            output.OnChunk(info, bytes);
    }

    /// <summary>The same chunks under other ids and behind a discontinuity, as after an ingest restart.</summary>
    public IEnumerable<(ChunkInfo Info, ReadOnlyMemory<byte> Bytes)> Restarted(long firstId, long segment, MediaTime start) =>
        Chunks.Select((c, i) => (
            c.Info with
            {
                Id = new ChunkId(firstId + i),
                Segment = segment + c.Info.Segment,
                PresentationTime = start + c.Info.PresentationTime,
                Flags = c.Info.Flags | (i == 0 ? ChunkFlags.Discontinuity : 0),
            },
            c.Bytes));
}
