using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Peercast.Origin.Channels;
using Peercast.Protocol.Chunks;

namespace Peercast.Origin.Tests.Http;

/// <summary>The whole way, with the real ffmpeg at both ends. Runs alone: it kills ffmpeg, and must not meet another test's.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
[Collection(Name)]
public sealed class IngestEndToEndTests
{
    private const string Name = "kills ffmpeg";

    [Fact]
    public async Task RecordedFile_OverHls_HasTheSourcesFrames()
    {
        await using OriginApp app = await OriginApp.StartAsync(o => o.Channels["film"] = new ChannelOptions { File = Samples.PathOf(Samples.BFrames), Once = true });
        await OriginApp.EventuallyAsync(() => app.Channel("film").State == ChannelState.Ended, "the file is taken in");

        Assert.Equal(
            await Samples.FrameHashesAsync(Samples.PathOf(Samples.BFrames)),
            await Samples.FrameHashesAsync(app.Base + "/hls/film/master.m3u8"));
        JsonElement stats = await app.JsonAsync("/api/channels/film/stats");
        Assert.Equal(stats.GetProperty("mediaBytesProduced").GetInt64(), stats.GetProperty("hlsBytes").GetInt64());
        Assert.Equal(HttpStatusCode.OK, (await app.GetAsync("/media/film/main/chunks/0")).StatusCode);
        app.Channel("film").Store.Find(app.Channel("film").Store.LiveEdge, out StoredChunk? last);
        Assert.True((last!.Info.Flags & ChunkFlags.EndOfChannel) != 0);
    }

    [Fact]
    public async Task LoopedFile_FfmpegKilled_GoesOnWithADiscontinuity()
    {
        await using OriginApp app = await OriginApp.StartAsync(o => o.Channels["demo"] = new ChannelOptions { File = Samples.PathOf(Samples.H264) });
        Channel channel = app.Channel("demo");
        await OriginApp.EventuallyAsync(() => channel.Store.LiveEdge >= 5, "the channel plays");
        Task<byte[]> viewer = Samples.RunAsync(
            "ffmpeg", ["-v", "error", "-i", app.Base + "/hls/demo/master.m3u8", "-t", "4", "-f", "framemd5", "-map", "0:v:0", "pipe:1"]);

        KillChildren("stream_loop", Samples.H264);
        long edge = channel.Store.LiveEdge;
        await OriginApp.EventuallyAsync(() => channel.Store.LiveEdge > edge + 5, "the channel goes on");

        ChunkInfo[] chunks = [.. channel.Store.Batches(0, 512).SelectMany(b => b.Batch.Chunks)];
        Assert.Equal(Enumerable.Range(0, chunks.Length).Select(i => (long)i), chunks.Select(c => c.Id.Value));
        ChunkInfo restart = Assert.Single(chunks, c => (c.Flags & ChunkFlags.Discontinuity) != 0);
        Assert.True(restart.StartsSegment);
        Assert.Equal(1, channel.Stats.IngestRestarts);
        Assert.Equal(chunks.Select(c => c.PresentationTime).Order(), chunks.Select(c => c.PresentationTime));
        Assert.True(System.Text.Encoding.ASCII.GetString(await viewer).Split('\n').Count(l => l.StartsWith("0,", StringComparison.Ordinal)) > 90);
    }

    [Fact]
    public async Task Push_WebM_IsTranscodedAndPlays()
    {
        await using OriginApp app = await OriginApp.StartAsync(o => o.Channels["live"] = new ChannelOptions());
        Channel channel = app.Channel("live");
        Task<HttpResponseMessage> push = app.PushAsync("live", channel.StreamKey, Content(Samples.Webm));
        await OriginApp.EventuallyAsync(() => channel.State == ChannelState.Live, "the push is on air");

        using HttpResponseMessage second = await app.PushAsync("live", channel.StreamKey, Content(Samples.Webm));
        Assert.Equal(HttpStatusCode.Conflict, second.StatusCode);
        byte[] played = await Samples.RunAsync(
            "ffmpeg", ["-v", "error", "-i", app.Base + "/hls/live/master.m3u8", "-t", "2", "-f", "framemd5", "-map", "0:v:0", "-map", "0:a:0", "pipe:1"]);
        Assert.True(played.Length > 1000);
        using HttpResponseMessage reply = await push;
        Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
        Assert.StartsWith("avc1.", channel.Store.LatestInit!.Segment.Codecs, StringComparison.Ordinal);
        Assert.Equal(ChannelState.Offline, channel.State);
        Assert.False(channel.IsPublishing);
    }

    [Fact]
    public async Task Push_PublisherComesBack_ContinuesTheChannel()
    {
        await using OriginApp app = await OriginApp.StartAsync(o => o.Channels["live"] = new ChannelOptions());
        Channel channel = app.Channel("live");
        using var drop = new CancellationTokenSource();
        Task<HttpResponseMessage> push = app.PushAsync("live", channel.StreamKey, Content(Samples.Webm), drop.Token);
        await OriginApp.EventuallyAsync(() => channel.Store.LiveEdge >= 2, "the first push is on air");
        await drop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => push);
        await OriginApp.EventuallyAsync(() => !channel.IsPublishing, "the origin has noticed");
        long edge = channel.Store.LiveEdge;

        Task<HttpResponseMessage> again = app.PushAsync("live", channel.StreamKey, Content(Samples.Webm));
        await OriginApp.EventuallyAsync(() => channel.Store.LiveEdge > edge, "the second push is on air");

        channel.Store.Find(edge + 1, out StoredChunk? chunk);
        Assert.Equal(ChunkFlags.Discontinuity, chunk!.Info.Flags & ChunkFlags.Discontinuity);
        Assert.Equal(edge + 1, chunk.Info.Id.Value);
        (await again).Dispose();
    }

    [Fact]
    public async Task Push_TwoTransportStreamsAtOnce_PassThroughEveryFrame()
    {
        byte[] stream = await Samples.RunAsync("ffmpeg", ["-v", "error", "-i", Samples.PathOf(Samples.BFrames), "-c", "copy", "-f", "mpegts", "pipe:1"]);
        await using OriginApp app = await OriginApp.StartAsync(o =>
        {
            o.Channels["live"] = new ChannelOptions();
            o.Channels["other"] = new ChannelOptions();
        });
        Channel channel = app.Channel("live");
        Task<HttpResponseMessage> push = app.PushAsync("live", channel.StreamKey, new ByteArrayContent(stream));
        Task<HttpResponseMessage> other = app.PushAsync("other", app.Channel("other").StreamKey, new ByteArrayContent(stream));
        await OriginApp.EventuallyAsync(() => channel.Store.LiveEdge >= 5 && app.Channel("other").Store.LiveEdge >= 5, "both are on air");
        using HttpResponseMessage whole = await other;
        using HttpResponseMessage reply = await push;

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (whole.StatusCode, reply.StatusCode));
        Assert.Equal(await Samples.FrameHashesAsync(Samples.PathOf(Samples.BFrames)), await FramesOfAsync(channel));
        Assert.Equal(await Samples.FrameHashesAsync(Samples.PathOf(Samples.BFrames)), await FramesOfAsync(app.Channel("other")));
    }

    [Fact]
    public async Task Push_FfmpegKilled_IsToldToComeBack()
    {
        await using OriginApp app = await OriginApp.StartAsync(o => o.Channels["live"] = new ChannelOptions());
        Channel channel = app.Channel("live");
        byte[] stream = await Samples.RunAsync("ffmpeg", ["-v", "error", "-i", Samples.PathOf(Samples.H264), "-c", "copy", "-f", "matroska", "pipe:1"]);
        Task<HttpResponseMessage> push = app.PushAsync("live", channel.StreamKey, new ByteArrayContent(stream));
        await OriginApp.EventuallyAsync(() => channel.Store.LiveEdge >= 3, "the push is on air");
        KillChildren("pipe:0", "pipe:1", "-probesize");
        using HttpResponseMessage reply = await push;

        Assert.Equal(HttpStatusCode.ServiceUnavailable, reply.StatusCode);
        Assert.False(channel.IsPublishing);
    }

    [Fact]
    public async Task LoopedFile_FfmpegStalls_IsReplaced()
    {
        await using OriginApp app = await OriginApp.StartAsync(o =>
        {
            o.Channels["demo"] = new ChannelOptions { File = Samples.PathOf(Samples.Silent) };
            o.StallSeconds = 2;
        });
        Channel channel = app.Channel("demo");
        await OriginApp.EventuallyAsync(() => channel.Store.LiveEdge >= 2, "the channel plays");

        // A busy machine may have stalled it already.
        long restarts = channel.Stats.IngestRestarts;
        foreach (Process process in Children("stream_loop", Samples.Silent))
        {
            await Samples.RunAsync("kill", ["-STOP", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        }

        await OriginApp.EventuallyAsync(() => channel.Stats.IngestRestarts > restarts, "the stall is noticed");
        long edge = channel.Store.LiveEdge;
        await OriginApp.EventuallyAsync(() => channel.Store.LiveEdge > edge, "the channel goes on");
        Assert.Single(Children("stream_loop", Samples.Silent));
    }

    [Theory]
    [InlineData("live", "wrong key", Samples.Webm, HttpStatusCode.Unauthorized)]
    [InlineData("live", null, Samples.Webm, HttpStatusCode.Unauthorized)]
    [InlineData("none", "wrong key", Samples.Webm, HttpStatusCode.NotFound)]
    [InlineData("live", "the right key", "not-video.mp4", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("live", "the right key", "empty.mp4", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("live", "the right key", "truncated-no-index.mp4", HttpStatusCode.UnsupportedMediaType)]
    public async Task Push_Refused_SaysWhyAndFreesThePlace(string name, string? key, string sample, HttpStatusCode expected)
    {
        await using OriginApp app = await OriginApp.StartAsync(o => o.Channels["live"] = new ChannelOptions { StreamKey = "the-right-key" });
        using HttpResponseMessage reply = await app.PushAsync(name, key?.Replace(' ', '-'), Content(sample));

        Assert.Equal(expected, reply.StatusCode);
        using JsonDocument error = JsonDocument.Parse(await reply.Content.ReadAsStringAsync());
        Assert.True(error.RootElement.GetProperty("error").GetString()!.Length > 10);
        Assert.False(app.Channel("live").IsPublishing);
    }

    [Theory]
    [InlineData(Samples.Silent)]
    [InlineData(Samples.Hevc)]
    [InlineData("vfr.mp4")]
    [InlineData("truncated.mp4")]
    public async Task File_OfEachKind_Plays(string sample)
    {
        await using OriginApp app = await OriginApp.StartAsync(o => o.Channels["film"] = new ChannelOptions { File = Samples.PathOf(sample), Once = true });
        await OriginApp.EventuallyAsync(() => app.Channel("film").State == ChannelState.Ended, "the file is taken in");

        Assert.True(app.Channel("film").Store.LiveEdge > 3);
        Assert.True((await Samples.FrameHashesAsync(app.Base + "/hls/film/master.m3u8")).Length > 30);
    }

    [Fact]
    public async Task File_ThatIsNoVideo_LeavesTheOthersAlone()
    {
        await using OriginApp app = await OriginApp.StartAsync(o =>
        {
            o.Channels["bad"] = new ChannelOptions { File = Samples.PathOf("not-video.mp4") };
            o.Channels["good"] = new ChannelOptions { File = Samples.PathOf(Samples.H264) };
        });
        await OriginApp.EventuallyAsync(() => app.Channel("bad").Fault is not null && app.Channel("good").Store.LiveEdge >= 3, "both have been tried");

        Assert.Contains("not-video.mp4", app.Channel("bad").Fault, StringComparison.Ordinal);
        Assert.Equal(ChannelState.Offline, app.Channel("bad").State);
        string stats = (await app.JsonAsync("/api/channels/bad/stats")).GetProperty("fault").GetString()!;
        Assert.DoesNotContain(Path.GetDirectoryName(Samples.PathOf(Samples.H264))!, stats, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Folder_Once_PlaysAllFilesBehindOneAnother()
    {
        using var folder = new TemporaryFolder();
        File.Copy(Samples.PathOf(Samples.BFrames), Path.Combine(folder.Path, "1.mp4"));
        File.Copy(Samples.PathOf("not-video.mp4"), Path.Combine(folder.Path, "2.mp4"));
        File.Copy(Samples.PathOf(Samples.Silent), Path.Combine(folder.Path, "3.mp4"));
        await using OriginApp app = await OriginApp.StartAsync(o => o.Channels["films"] = new ChannelOptions { File = folder.Path, Once = true });
        await OriginApp.EventuallyAsync(() => app.Channel("films").State == ChannelState.Ended, "the folder is taken in");

        SegmentInfo[] segments = [.. app.Channel("films").Store.WholeSegments()];
        Assert.Equal([0, 1], segments.Select(s => s.InitIndex).Distinct());
        Assert.Single(segments, s => s.IsDiscontinuity);
        string playlist = System.Text.Encoding.ASCII.GetString(await app.BytesAsync("/hls/films/main/index.m3u8"));
        Assert.Contains("#EXT-X-DISCONTINUITY\n#EXT-X-MAP:URI=\"init-1.mp4\"", playlist, StringComparison.Ordinal);
        Assert.EndsWith("#EXT-X-ENDLIST\n", playlist, StringComparison.Ordinal);
    }

    private static ByteArrayContent Content(string sample)
    {
        var content = new ByteArrayContent(File.ReadAllBytes(Samples.PathOf(sample)));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return content;
    }

    /// <summary>Kills the ffmpeg whose command line has all these words: only the one that this test's origin started.</summary>
    private static void KillChildren(params string[] words)
    {
        Process[] killed = Children(words);
        Assert.NotEmpty(killed);
        Array.ForEach(killed, p => p.Kill());
    }

    private static Process[] Children(params string[] words) =>
        [.. Process.GetProcessesByName("ffmpeg").Where(p => IsOwnChild(p.Id, words))];

    /// <summary>All that the channel has, put together and decoded.</summary>
    private static async Task<string[]> FramesOfAsync(Channel channel)
    {
        using var all = new MemoryStream();
        all.Write(channel.Store.LatestInit!.Segment.Bytes.Span);
        for (long id = 0; channel.Store.Find(id, out StoredChunk? chunk) == ChunkAvailability.Found; id++)
        {
            all.Write(channel.Store.Read(chunk!).Span);
        }

        return await Samples.FrameHashesAsync("pipe:0", all.ToArray());
    }

    private static bool IsOwnChild(int process, string[] words)
    {
        try
        {
            string stat = File.ReadAllText($"/proc/{process}/stat");
            string line = File.ReadAllText($"/proc/{process}/cmdline");
            return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture) == Environment.ProcessId
                && words.All(word => line.Contains(word, StringComparison.Ordinal));
        }
        catch (IOException)
        {
            // It has ended meanwhile.
            return false;
        }
    }
}
