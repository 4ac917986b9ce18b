using System.Buffers;
using Peercast.Origin.Media;
using Peercast.Protocol.Primitives;

namespace Peercast.Origin.Tests.Media;

public sealed class BoxSplitterTests
{
    [Theory]
    [InlineData(Samples.H264, "avc1.64001f,mp4a.40.2", 1280, 720)]
    [InlineData(Samples.BFrames, null, 0, 0)]
    [InlineData(Samples.Silent, null, 0, 0)]
    public async Task TryRead_RealOutput_GivesInitAndPartsThatAreTheWhole(string sample, string? codecs, int width, int height)
    {
        byte[] stream = await Samples.FragmentAsync(sample);
        (InitSegment init, List<Part> parts) = Split(stream, pieceSeed: 1);

        Assert.StartsWith("avc1.", init.Codecs, StringComparison.Ordinal);
        Assert.Equal(codecs ?? init.Codecs, init.Codecs);
        Assert.Equal(width > 0 ? width : init.Video!.Width, init.Video!.Width);
        Assert.Equal(height > 0 ? height : init.Video.Height, init.Video.Height);
        Assert.True(parts[0].Fragment.StartsWithKeyframe(init));
        Assert.InRange(parts.Average(p => p.Fragment.Reference.Track.ToTime(p.Fragment.Reference.Duration).Seconds), 0.15, 0.26);
        Assert.Equal(stream.Length, init.Bytes.Length + parts.Sum(p => p.Bytes.Length));
    }

    [Fact]
    public async Task TryRead_AnyPieces_GivesTheSame()
    {
        byte[] stream = await Samples.FragmentAsync(Samples.H264);
        (InitSegment init, List<Part> parts) = Split(stream, pieceSeed: 1);
        (InitSegment again, List<Part> others) = Split(stream, pieceSeed: 2, largest: 50);

        Assert.Equal(init.Hash, again.Hash);
        Assert.Equal(parts.Select(p => Hash256.Of(p.Bytes)), others.Select(p => Hash256.Of(p.Bytes)));
    }

    [Fact]
    public async Task TryRead_KeyframesOfTheSource_EachStartAPart()
    {
        byte[] stream = await Samples.FragmentAsync(Samples.BFrames);
        (InitSegment init, List<Part> parts) = Split(stream, pieceSeed: 1);
        byte[] packets = await Samples.RunAsync(
            "ffprobe", ["-v", "error", "-select_streams", "v", "-show_entries", "packet=flags", "-of", "csv=p=0", Samples.PathOf(Samples.BFrames)]);
        int keyframes = System.Text.Encoding.ASCII.GetString(packets).Split('\n').Count(l => l.StartsWith('K'));

        Assert.Equal(keyframes, parts.Count(p => p.Fragment.StartsWithKeyframe(init)));
    }

    [Theory]
    [InlineData(new byte[] { 0, 0, 0, 7, 0x6D, 0x6F, 0x6F, 0x76 }, MediaError.BadBoxSize)]
    [InlineData(new byte[] { 0, 0, 0, 0, 0x6D, 0x64, 0x61, 0x74 }, MediaError.BadBoxSize)]
    [InlineData(new byte[] { 0x7F, 0, 0, 0, 0x6D, 0x64, 0x61, 0x74 }, MediaError.BoxTooLarge)]
    [InlineData(new byte[] { 0, 0, 0, 8, 0x6D, 0x6F, 0x6F, 0x76 }, MediaError.BadInit)]
    [InlineData(new byte[] { 0, 0, 0, 8, 0x6D, 0x64, 0x61, 0x74 }, MediaError.NoInit)]
    public void TryRead_Malformed_FailsAndStaysSo(byte[] bytes, object error)
    {
        var splitter = new BoxSplitter();
        var buffer = new ReadOnlySequence<byte>(bytes);
        Assert.Equal(SplitResult.Failed, splitter.TryRead(ref buffer, out _));
        Assert.Equal(error, splitter.Error);
        Assert.Equal(SplitResult.Failed, splitter.TryRead(ref buffer, out _));
    }

    [Fact]
    public async Task TryRead_RandomAndMutated_NeverThrows()
    {
        byte[] real = await Samples.FragmentAsync(Samples.BFrames);
        (InitSegment init, List<Part> parts) = Split(real, pieceSeed: 1);

        // Small boxes let a hundred thousand rounds pass in seconds: the init segment and a moof with an empty mdat.
        int moof = System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(parts[0].Bytes);
        byte[] small = [.. init.Bytes.Span, .. parts[0].Bytes.AsSpan(0, moof), 0, 0, 0, 8, 0x6D, 0x64, 0x61, 0x74];
        var random = new Random(7);
        int taken = 0;
        for (int round = 0; round < 100_000; round++)
        {
            byte[] bytes = round % 4 == 0 ? new byte[random.Next(0, 200)] : (byte[])small.Clone();
            if (round % 4 == 0)
            {
                random.NextBytes(bytes);
            }
            else
            {
                for (int flips = random.Next(1, 6); flips > 0; flips--)
                {
                    bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                }
            }

            taken += Feed(bytes);
        }

        Assert.InRange(taken, 1000, 100_000);
    }

    /// <summary>Splits and places whatever comes out, as the ingest does.</summary>
    private static int Feed(byte[] bytes)
    {
        var splitter = new BoxSplitter();
        var timeline = new ChannelTimeline(default);
        var buffer = new ReadOnlySequence<byte>(bytes);
        int parts = 0;
        while (splitter.TryRead(ref buffer, out Part? part) is SplitResult.Init or SplitResult.Part)
        {
            if (part is not null)
            {
                timeline.Preview(part);
                (MediaTime start, MediaTime duration) = timeline.Place(part);
                Assert.True(start.Microseconds >= 0 && duration.Microseconds is >= 0 and <= int.MaxValue);
                parts++;
            }
        }

        return parts;
    }

    internal static (InitSegment Init, List<Part> Parts) Split(byte[] stream, int pieceSeed, int largest = 70_000)
    {
        var random = new Random(pieceSeed);
        var splitter = new BoxSplitter();
        var parts = new List<Part>();
        int end = 0;
        int start = 0;
        while (end < stream.Length)
        {
            end = Math.Min(stream.Length, end + random.Next(1, largest));
            var buffer = new ReadOnlySequence<byte>(stream, start, end - start);
            SplitResult result;
            while ((result = splitter.TryRead(ref buffer, out Part? part)) is not SplitResult.NeedMore)
            {
                Assert.NotEqual(SplitResult.Failed, result);
                if (part is not null)
                {
                    parts.Add(part);
                }
            }

            start = end - (int)buffer.Length;
        }

        Assert.Equal(stream.Length, start);
        Assert.True(splitter.AtBoundary);
        return (splitter.Init!, parts);
    }
}
