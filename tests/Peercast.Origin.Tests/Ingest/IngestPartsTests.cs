using System.Text;
using Peercast.Origin.Ingest;
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

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);

    private static MediaTime Media(double seconds) => new((long)(seconds * 1e6));
}
