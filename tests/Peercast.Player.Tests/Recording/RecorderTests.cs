using Peercast.Player.Recording;
using Peercast.Player.Tests.Support;
using Peercast.Protocol.Chunks;
using Peercast.Protocol.Primitives;

namespace Peercast.Player.Tests.Recording;

public sealed class RecorderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("peercast-record-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("h264-aac-720p.mp4", true)]
    [InlineData("h264-bframes-gop4s.mp4", true)]
    [InlineData("vfr.mp4", true)]
    [InlineData("h264-noaudio.mp4", false)]
    public async Task Finish_WholeChannel_HoldsEveryFrameOfTheSource(string sample, bool sound)
    {
        var path = await RecordAsync(new FragmentedMedia(Ffmpeg.Fragment(sample)), limit: null, end: true);

        Assert.Equal(Ffmpeg.FrameHashes(Ffmpeg.Sample(sample)), Ffmpeg.FrameHashes(path));
        if (sound)
            Assert.Equal(Ffmpeg.FrameHashes(Ffmpeg.Sample(sample), "a:0"), Ffmpeg.FrameHashes(path, "a:0"));
        Assert.Equal("0.000000", Probe(path, "format=start_time"));
        Decode(path);
    }

    [Theory]
    [InlineData("h264-aac-720p.mp4", 3)]
    [InlineData("h264-bframes-gop4s.mp4", 5)]
    public async Task Finish_JoinedInTheMiddle_IsAContiguousRunOfTheSourceFromZero(string sample, int seconds)
    {
        var media = new FragmentedMedia(Ffmpeg.Fragment(sample));
        var first = media.Chunks.FindIndex(c => c.Info.Segment == 1 && c.Info.StartsSegment);
        var path = await RecordAsync(media, TimeSpan.FromSeconds(seconds), end: false, first);

        var all = DecodedHashes(Ffmpeg.Sample(sample));
        var recorded = DecodedHashes(path);
        var at = all.IndexOf(recorded[0]);
        Assert.True(at > 0);
        Assert.Equal(all.GetRange(at, recorded.Count), recorded);
        Assert.InRange(recorded.Count, (seconds * 30) - 3, (seconds * 30) + 6);
        Assert.Equal("0.000000", Probe(path, "format=start_time"));
    }

    [Fact]
    public async Task Finish_SeekingIntoTheMiddle_FindsTheFrame()
    {
        var path = await RecordAsync(new FragmentedMedia(Ffmpeg.Fragment("h264-aac-720p.mp4")), limit: null, end: true);

        var sought = Ffmpeg.Run("ffmpeg", ["-v", "error", "-ss", "10", "-i", path, "-map", "0:v", "-frames:v", "1", "-f", "framemd5", "-"]);
        var all = DecodedHashes(Ffmpeg.Sample("h264-aac-720p.mp4"));
        Assert.Contains(all[300], sought, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OnChunk_BeforeFinish_LeavesAFileThatPlays()
    {
        var media = new FragmentedMedia(Ffmpeg.Fragment("h264-noaudio.mp4"));
        var path = Path.Combine(_folder, "out.mp4");
        await using (var recorder = new Recorder(path, limit: null, force: false))
        {
            recorder.OnInit(0, media.Init);
            media.Deliver(recorder);
        }

        // As after a crash: nobody finished it.
        Assert.False(File.Exists(path));
        Assert.Equal(Ffmpeg.FrameHashes(Ffmpeg.Sample("h264-noaudio.mp4")), Ffmpeg.FrameHashes(path + ".part"));
    }

    [Fact]
    public async Task OnChunk_IngestRestart_ContinuesTheTimelineInOneFile()
    {
        var media = new FragmentedMedia(Ffmpeg.Fragment("h264-noaudio.mp4"));
        var path = Path.Combine(_folder, "out.mp4");
        await using var recorder = new Recorder(path, limit: null, force: false);
        recorder.OnInit(0, media.Init);
        media.Deliver(recorder);
        recorder.OnInit(0, media.Init);
        foreach (var (info, bytes) in media.Restarted(media.Chunks.Count, 100, new MediaTime(8_000_000)))
            recorder.OnChunk(info, bytes);
        recorder.OnEnd();
        recorder.Finish();

        var source = Ffmpeg.FrameHashes(Ffmpeg.Sample("h264-noaudio.mp4"));
        Assert.Equal([.. source, .. source], Ffmpeg.FrameHashes(path));
        Assert.Equal("16.000000", Probe(path, "format=duration"));
        Decode(path);
    }

    [Fact]
    public async Task OnSkip_LostPart_GoesOnWithTheNextKeyframe()
    {
        var media = new FragmentedMedia(Ffmpeg.Fragment("h264-noaudio.mp4"));
        var lost = media.Chunks.FindIndex(c => c.Info.Segment == 2 && c.Info.Part == 1);
        var next = media.Chunks.FindIndex(c => c.Info.Segment == 3);
        var path = Path.Combine(_folder, "out.mp4");
        await using var recorder = new Recorder(path, limit: null, force: false);
        recorder.OnInit(0, media.Init);
        media.Deliver(recorder, 0, lost);
        recorder.OnSkip(new ChunkRange(new ChunkId(lost), new ChunkId(lost)));
        media.Deliver(recorder, lost + 1);
        recorder.OnEnd();
        recorder.Finish();

        var source = DecodedHashes(Ffmpeg.Sample("h264-noaudio.mp4"));
        var recorded = DecodedHashes(path);
        var before = (int)(media.Chunks[lost].Info.PresentationTime.Seconds * 30 + 0.5);
        var after = (int)(media.Chunks[next].Info.PresentationTime.Seconds * 30 + 0.5);
        Assert.Equal([.. source[..before], .. source[after..]], recorded);
        Assert.Equal("8.000000", Probe(path, "format=duration"));
    }

    [Fact]
    public async Task OnInit_OtherCodecParameters_ContinuesInANumberedFile()
    {
        var first = new FragmentedMedia(Ffmpeg.Fragment("h264-noaudio.mp4"));
        var second = new FragmentedMedia(Ffmpeg.Fragment("vfr.mp4"));
        var path = Path.Combine(_folder, "out.mp4");
        await using var recorder = new Recorder(path, limit: null, force: false);
        recorder.OnInit(0, first.Init);
        first.Deliver(recorder);
        recorder.OnInit(1, second.Init);
        foreach (var (info, bytes) in second.Restarted(first.Chunks.Count, 100, new MediaTime(8_000_000)))
            recorder.OnChunk(info, bytes);
        recorder.OnEnd();
        recorder.Finish();

        Assert.Equal([path, Path.Combine(_folder, "out-2.mp4")], recorder.Files);
        Assert.Equal(Ffmpeg.FrameHashes(Ffmpeg.Sample("h264-noaudio.mp4")), Ffmpeg.FrameHashes(recorder.Files[0]));
        Assert.Equal(Ffmpeg.FrameHashes(Ffmpeg.Sample("vfr.mp4")), Ffmpeg.FrameHashes(recorder.Files[1]));
        Assert.Equal(2, Directory.GetFiles(_folder).Length);
    }

    [Fact]
    public async Task OnChunk_Limit_CompletesByItself()
    {
        var media = new FragmentedMedia(Ffmpeg.Fragment("h264-noaudio.mp4"));
        await using var recorder = new Recorder(Path.Combine(_folder, "out.mp4"), TimeSpan.FromSeconds(2), force: false);
        recorder.OnInit(0, media.Init);
        media.Deliver(recorder);

        Assert.True(recorder.Completed.IsCompletedSuccessfully);
        Assert.InRange(recorder.Recorded.TotalSeconds, 2, 2.3);
    }

    [Fact]
    public async Task OnChunk_NoFragment_FailsAsUnsupported()
    {
        var media = new FragmentedMedia(Ffmpeg.Fragment("h264-noaudio.mp4", "-t", "1"));
        await using var recorder = new Recorder(Path.Combine(_folder, "out.mp4"), limit: null, force: false);
        recorder.OnInit(0, media.Init);
        recorder.OnChunk(
            new ChunkInfo(new ChunkId(0), 0, 0, 0, 3, default, default, ChunkFlags.Keyframe | ChunkFlags.EndOfPart, default), new byte[] { 1, 2, 3 });

        var failure = await Assert.ThrowsAsync<PlayerException>(() => recorder.Completed);
        Assert.Equal(ExitCode.UnsupportedMedia, failure.Code);
    }

    [Fact]
    public void Constructor_ExistingFile_IsRefusedUnlessForced()
    {
        var path = Path.Combine(_folder, "out.mp4");
        File.WriteAllText(path, "precious");

        var failure = Assert.Throws<PlayerException>(() => new Recorder(path, limit: null, force: false));
        Assert.Equal(ExitCode.LocalResource, failure.Code);
        Assert.Contains("--force", failure.Message, StringComparison.Ordinal);
        _ = new Recorder(path, limit: null, force: true);
        Assert.Equal("precious", File.ReadAllText(path));
    }

    [Theory]
    [InlineData("missing/out.mp4", "does not exist")]
    [InlineData("", "is a folder")]
    public void Constructor_UnusablePath_SaysWhatToDo(string name, string reason)
    {
        var failure = Assert.Throws<PlayerException>(() => new Recorder(Path.Combine(_folder, name), limit: null, force: false));
        Assert.Equal(ExitCode.LocalResource, failure.Code);
        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_FolderThatCannotBeWritten_SaysWhatToDo()
    {
        // Not even root may create files here.
        var failure = Assert.Throws<PlayerException>(() => new Recorder("/proc/out.mp4", limit: null, force: false));
        Assert.Equal(ExitCode.LocalResource, failure.Code);
        Assert.Contains("--output", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OnChunk_FullDisk_SaysThatRecordingStopped()
    {
        await using var recorder = new Recorder(Path.Combine(_folder, "out.mp4"), limit: null, force: false);
        FillDisk();
        var media = new FragmentedMedia(Ffmpeg.Fragment("h264-noaudio.mp4"));
        recorder.OnInit(0, media.Init);
        media.Deliver(recorder);

        var failure = await Assert.ThrowsAsync<PlayerException>(() => recorder.Completed);
        Assert.Equal(ExitCode.LocalResource, failure.Code);
        Assert.StartsWith("Recording stopped", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Finish_FullDisk_SaysWhereTheRecordingIs()
    {
        await using var recorder = new Recorder(Path.Combine(_folder, "out.mp4"), limit: null, force: false);
        FillDisk();
        // Too little to be written before the end.
        var media = new FragmentedMedia(Ffmpeg.Fragment("h264-noaudio.mp4", "-t", "0.2"));
        recorder.OnInit(0, media.Init);
        media.Deliver(recorder);

        var failure = Assert.Throws<PlayerException>(recorder.Finish);
        Assert.Equal(ExitCode.LocalResource, failure.Code);
        Assert.Contains("could not be finished", failure.Message, StringComparison.Ordinal);
        Assert.Empty(recorder.Files);
    }

    [Fact]
    public async Task DisposeAsync_FullDisk_SaysNothing()
    {
        var recorder = new Recorder(Path.Combine(_folder, "out.mp4"), limit: null, force: false);
        FillDisk();
        var media = new FragmentedMedia(Ffmpeg.Fragment("h264-noaudio.mp4", "-t", "0.2"));
        recorder.OnInit(0, media.Init);
        media.Deliver(recorder);

        await recorder.DisposeAsync();
    }

    /// <summary>What is recorded from now on goes where no byte has room.</summary>
    private void FillDisk() => File.CreateSymbolicLink(Path.Combine(_folder, "out.mp4.part"), "/dev/full");

    private static string Probe(string path, string entry) =>
        Ffmpeg.Run("ffprobe", ["-v", "error", "-show_entries", entry, "-of", "csv=p=0", path]).Trim();

    private static void Decode(string path) => Ffmpeg.Run("ffmpeg", ["-v", "error", "-i", path, "-f", "null", "-"]);

    private static List<string> DecodedHashes(string path)
    {
        var text = Ffmpeg.Run("ffmpeg", ["-v", "error", "-i", path, "-map", "0:v", "-fps_mode", "passthrough", "-f", "framemd5", "-"]);
        return [.. text.Split('\n').Where(l => l.Length > 0 && l[0] != '#').Select(l => l[(l.LastIndexOf(',') + 1)..].Trim())];
    }

    private async Task<string> RecordAsync(FragmentedMedia media, TimeSpan? limit, bool end, int first = 0)
    {
        var path = Path.Combine(_folder, "out.mp4");
        await using var recorder = new Recorder(path, limit, force: false);
        recorder.OnInit(0, media.Init);
        media.Deliver(recorder, first);
        if (end)
            recorder.OnEnd();
        Assert.True(recorder.Completed.IsCompletedSuccessfully);
        recorder.Finish();
        Assert.Equal([path], recorder.Files);
        Assert.Equal([path], Directory.GetFiles(_folder));
        return path;
    }
}
