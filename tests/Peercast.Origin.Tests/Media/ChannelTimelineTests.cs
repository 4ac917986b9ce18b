using Peercast.Origin.Media;
using Peercast.Protocol.Primitives;

namespace Peercast.Origin.Tests.Media;

public sealed class ChannelTimelineTests
{
    [Theory]
    [InlineData(Samples.BFrames)]
    [InlineData(Samples.Silent)]
    public async Task Place_TwoRuns_AreOneStreamWithTheSourcesFrames(string sample)
    {
        byte[] run = await Samples.FragmentAsync(sample);
        (InitSegment init, List<Part> first) = BoxSplitterTests.Split(run, pieceSeed: 1);
        (_, List<Part> second) = BoxSplitterTests.Split(run, pieceSeed: 1);
        var timeline = new ChannelTimeline(new MediaTime(7_000_000));
        using var joined = new MemoryStream();
        joined.Write(init.Bytes.Span);
        var starts = new List<MediaTime>();
        foreach (List<Part> parts in new[] { first, second })
        {
            timeline.BeginEpoch();
            foreach (Part part in parts)
            {
                starts.Add(timeline.Place(part).Start);
                joined.Write(part.Bytes);
            }
        }

        Assert.Equal(starts.Order(), starts);
        string[] source = await Samples.FrameHashesAsync(Samples.PathOf(sample));
        string[] frames = await Samples.FrameHashesAsync("pipe:0", joined.ToArray());
        Assert.Equal([.. source, .. source], frames);
        await AssertTimesRiseAsync(joined.ToArray(), "v");
        await AssertTimesRiseAsync(joined.ToArray(), "a");
    }

    [Fact]
    public async Task Place_AudioWithPriming_StaysTogetherWithTheVideo()
    {
        // The container says by an edit list that the sound starts a little before the picture.
        byte[] run = await Samples.FragmentAsync(Samples.BFrames);
        (InitSegment init, List<Part> parts) = BoxSplitterTests.Split(run, pieceSeed: 1);
        Assert.DoesNotContain("edts", System.Text.Encoding.ASCII.GetString(init.Bytes.Span), StringComparison.Ordinal);
        var timeline = new ChannelTimeline(default);
        using var placed = new MemoryStream();
        placed.Write(init.Bytes.Span);
        foreach (Part part in parts)
        {
            timeline.Place(part);
            placed.Write(part.Bytes);
        }

        double source = await FirstTimeAsync(Samples.PathOf(Samples.BFrames), "v") - await FirstTimeAsync(Samples.PathOf(Samples.BFrames), "a");
        double ours = await FirstTimeAsync("pipe:0", "v", placed.ToArray()) - await FirstTimeAsync("pipe:0", "a", placed.ToArray());
        Assert.Equal(source, ours, tolerance: 0.002);
    }

    [Fact]
    public void Place_SequenceNumbers_Rise()
    {
        InitSegment init = Channels.SyntheticMedia.Init();
        var timeline = new ChannelTimeline(default, sequence: 5);
        Part[] parts = [.. Channels.SyntheticMedia.Parts(init, 3)];
        Array.ForEach(parts, p => timeline.Place(p));
        Assert.Equal([5u, 6, 7], parts.Select(p => System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(p.Bytes.AsSpan(p.Fragment.SequenceAt))));
    }

    [Fact]
    public void Preview_BeforePlace_IsWhereItEnds()
    {
        InitSegment init = Channels.SyntheticMedia.Init();
        var timeline = new ChannelTimeline(new MediaTime(1_000_000));
        foreach (Part part in Channels.SyntheticMedia.Parts(init, 5))
        {
            MediaTime preview = timeline.Preview(part);
            (MediaTime start, MediaTime duration) = timeline.Place(part);
            Assert.Equal(start + duration, preview);
        }
    }

    private static async Task AssertTimesRiseAsync(byte[] stream, string type)
    {
        double[] times = await TimesAsync("pipe:0", type, stream);
        for (int i = 1; i < times.Length; i++)
        {
            Assert.True(times[i] > times[i - 1], $"{type}: packet {i} at {times[i]} after {times[i - 1]}");
        }
    }

    private static async Task<double> FirstTimeAsync(string input, string type, byte[]? piped = null)
    {
        byte[] text = await Samples.RunAsync(
            "ffprobe", ["-v", "error", "-select_streams", type, "-show_entries", "frame=pts_time", "-read_intervals", "%+1", "-of", "csv=p=0", input], piped);
        return double.Parse(System.Text.Encoding.ASCII.GetString(text).Split('\n', ',')[0], System.Globalization.CultureInfo.InvariantCulture);
    }

    private static async Task<double[]> TimesAsync(string input, string type, byte[]? piped)
    {
        byte[] text = await Samples.RunAsync(
            "ffprobe", ["-v", "error", "-select_streams", type, "-show_entries", "packet=dts_time", "-of", "csv=p=0", input], piped);
        return [.. System.Text.Encoding.ASCII.GetString(text).Split('\n').Select(l => l.Trim(',', '\r')).Where(l => l.Length > 0)
            .Select(l => double.Parse(l, System.Globalization.CultureInfo.InvariantCulture))];
    }
}
