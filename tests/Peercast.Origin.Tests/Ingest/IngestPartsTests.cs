using System.Text;
using Peercast.Origin.Ingest;
using Peercast.Origin.Media;
using Peercast.Protocol.Primitives;

namespace Peercast.Origin.Tests.Ingest;

public sealed class IngestPartsTests
{
    [Fact]
    public void Delay_File_HoldsToRealTime()
    {
        var pacer = Pacer.ForFile();
        Assert.Equal(TimeSpan.Zero, pacer.Delay(At(100), Media(0.2)));
        Assert.Equal(0.2, pacer.Delay(At(100), Media(0.4)).TotalSeconds, 3);
        Assert.Equal(0.1, pacer.Delay(At(100.3), Media(0.6)).TotalSeconds, 3);
    }

    [Fact]
    public void Delay_FileLate_CatchesUpAShortDelayAndAcceptsALongOne()
    {
        var pacer = Pacer.ForFile();
        pacer.Delay(At(0), Media(0));
        Assert.Equal(TimeSpan.Zero, pacer.Delay(At(3), Media(2)));
        Assert.Equal(TimeSpan.Zero, pacer.Delay(At(3), Media(3)));
        Assert.Equal(TimeSpan.Zero, pacer.Delay(At(10), Media(4)));
        Assert.Equal(1, pacer.Delay(At(10), Media(5)).TotalSeconds, 3);
    }

    [Fact]
    public void Delay_Publisher_MayRunALittleAheadButNotAway()
    {
        var pacer = Pacer.ForPublisher();
        Assert.Equal(TimeSpan.Zero, pacer.Delay(At(0), Media(0)));
        Assert.Equal(TimeSpan.Zero, pacer.Delay(At(0), Media(1.5)));
        Assert.InRange(pacer.Delay(At(0), Media(10)).TotalSeconds, 8.3, 8.5);

        // After a pause real time begins anew: the pause is not a credit for a burst.
        Assert.Equal(TimeSpan.Zero, pacer.Delay(At(100), Media(10)));
        Assert.InRange(pacer.Delay(At(100), Media(20)).TotalSeconds, 8.3, 8.5);
    }

    [Fact]
    public void After_FailuresInARow_DoublesToABoundAndStartsAnewAfterAGoodRun()
    {
        var backOff = new BackOff();
        double[] waits = [.. Enumerable.Range(0, 8).Select(_ => backOff.After(TimeSpan.FromSeconds(1), produced: false).TotalSeconds)];
        Assert.Equal([0.25, 0.5, 1, 2, 4, 8, 10, 10], waits);
        Assert.Equal(8, backOff.Failures);
        Assert.Equal(0.25, backOff.After(TimeSpan.FromMinutes(1), produced: true).TotalSeconds);
        Assert.Equal(0, backOff.Failures);
    }

    [Theory]
    [InlineData("h264", "yuv420p", "aac", true, true)]
    [InlineData("h264", null, null, true, true)]
    [InlineData("h264", "yuv422p10le", "mp3", false, false)]
    [InlineData("hevc", "yuv420p", "aac", false, true)]
    public void Passes_Codecs_OnlyWhatEveryPlayerTakes(string video, string? pixels, string? audio, bool passesVideo, bool passesAudio)
    {
        var profile = new MediaProfile(video, pixels, audio);
        Assert.Equal((passesVideo, passesAudio), (profile.PassesVideo, profile.PassesAudio));
    }

    [Fact]
    public void Parse_CoverPictureOnly_IsNoVideo()
    {
        const string Json = """{"streams":[{"codec_name":"mjpeg","codec_type":"video","disposition":{"attached_pic":1}},{"codec_name":"mp3","codec_type":"audio"}]}""";
        Assert.Null(Ffprobe.Parse(Encoding.UTF8.GetBytes(Json)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"streams\":5}")]
    [InlineData("{\"streams\":[5]}")]
    [InlineData("{\"streams\":[{\"codec_type\":5}]}")]
    public void Parse_Nonsense_IsNull(string json) => Assert.Null(Ffprobe.Parse(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void FromPipe_Arguments_HoldNothingHarmful()
    {
        string[] arguments = [.. FfmpegArguments.FromPipe("flv", new MediaProfile("h264", null, "aac"), 200)];
        Assert.Equal("pipe", arguments[Array.IndexOf(arguments, "-protocol_whitelist") + 1]);
        Assert.Contains("-format_whitelist", arguments);
        Assert.Contains("-codec_whitelist", arguments);
        Assert.DoesNotContain("-listen", arguments);
        Assert.DoesNotContain("nobuffer", arguments);
        Assert.DoesNotContain("hls", arguments[Array.IndexOf(arguments, "-format_whitelist") + 1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("h264", "mpegts", true)]
    [InlineData("h264", "mov,mp4,m4a,3gp,3g2,mj2", false)]
    [InlineData("h264", null, false)]
    public void MayFrameAudio_Containers_OnlyThoseThatDo(string video, string? format, bool framed) =>
        Assert.Equal(framed, new MediaProfile(video, null, "aac", format).MayFrameAudio);

    [Fact]
    public async Task FromFile_Looped_GoesOnWithPictureAndSoundAndRisingTimes()
    {
        MediaProfile profile = await new Ffprobe(new FfmpegTools(Microsoft.Extensions.Options.Options.Create(new PeercastOriginOptions())))
            .FileAsync(Samples.PathOf(Samples.BFrames), CancellationToken.None);
        Assert.True(profile.PassesVideo && profile.PassesAudio);
        IReadOnlyList<string> arguments = FfmpegArguments.FromFile(Samples.PathOf(Samples.BFrames), loop: true, profile, 200);
        await using FfmpegProcess process = FfmpegProcess.Start("ffmpeg", arguments);
        var reader = System.IO.Pipelines.PipeReader.Create(process.Output);
        var splitter = new BoxSplitter();
        var ends = new Dictionary<bool, double> { [true] = 0, [false] = 0 };
        while (ends.Values.Min() < 40)
        {
            var read = await reader.ReadAsync();
            var buffer = read.Buffer;
            while (splitter.TryRead(ref buffer, out Part? part) is SplitResult.Init or SplitResult.Part)
            {
                foreach (TrackFragment fragment in part?.Fragment.Tracks ?? [])
                {
                    double start = fragment.Track.ToTime(fragment.DecodeTime).Seconds;
                    Assert.InRange(start, ends[fragment.Track.IsVideo] - 0.001, ends.Values.Max() + 0.5);
                    ends[fragment.Track.IsVideo] = start + fragment.Track.ToTime(fragment.Duration).Seconds;
                }
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
            Assert.False(read.IsCompleted);
            Assert.InRange(Math.Abs(ends[true] - ends[false]), 0, 2);
        }
    }

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);

    private static MediaTime Media(double seconds) => new((long)(seconds * 1e6));
}
