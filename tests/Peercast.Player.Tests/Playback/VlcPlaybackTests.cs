using System.Diagnostics;
using Peercast.Player.Playback;
using Peercast.Player.Tests.Support;
using Peercast.Player.Window;
using Peercast.Protocol.Chunks;
using Peercast.Protocol.Primitives;

namespace Peercast.Player.Tests.Playback;

/// <summary>The real libvlc and the real SDL; one after the other, since both are timed by the clock on the wall.</summary>
[Collection("libvlc")]
public sealed class VlcPlaybackTests
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Poll_WholeChannelWithoutADisplay_DecodesToTheEnd()
    {
        var media = new FragmentedMedia(Ffmpeg.Fragment("h264-noaudio.mp4", "-t", "3"));
        using var player = new VlcVideoPlayer(sound: false);
        await using var output = new VideoOutput(player);
        output.OnInit(0, media.Init);
        media.Deliver(output);
        output.OnEnd();

        PollUntil(player, () => player.IsFinished);
        Assert.False(player.HasFailed);
        Assert.InRange(player.Statistics.Displayed + player.Statistics.Lost, 80, 90);
        Assert.Equal((320, 180), (player.Shape!.Width, player.Shape.Height));
        Assert.True(player.Frames.TryTake(out var frame));
        Assert.Equal((320, 180), (frame!.Width, frame.Height));
    }

    [Fact]
    public async Task Poll_JoinedInTheMiddleWithALostPart_PlaysOn()
    {
        var media = new FragmentedMedia(Ffmpeg.Fragment("h264-noaudio.mp4", "-t", "5"));
        using var player = new VlcVideoPlayer(sound: false);
        await using var output = new VideoOutput(player);
        var first = media.Chunks.FindIndex(c => c.Info.Segment == 2);
        output.OnInit(0, media.Init);
        media.Deliver(output, first, 7);
        output.OnSkip(new ChunkRange(new ChunkId(first + 7), new ChunkId(first + 7)));
        media.Deliver(output, first + 8);
        output.OnEnd();

        PollUntil(player, () => player.IsFinished);
        Assert.False(player.HasFailed);
        Assert.InRange(player.Statistics.Displayed, 50, 95);
    }

    [Fact]
    public async Task Poll_OtherCodecParameters_PlaysBothSources()
    {
        var first = new FragmentedMedia(Ffmpeg.Fragment("h264-noaudio.mp4", "-t", "1"));
        var second = new FragmentedMedia(Ffmpeg.Fragment("vfr.mp4", "-t", "1"));
        using var player = new VlcVideoPlayer(sound: false);
        await using var output = new VideoOutput(player);
        output.OnInit(0, first.Init);
        first.Deliver(output);
        output.OnInit(1, second.Init);
        foreach (var (info, bytes) in second.Restarted(first.Chunks.Count, 50, new MediaTime(1_000_000)))
            output.OnChunk(info, bytes);
        output.OnEnd();

        PollUntil(player, () => player.IsFinished);
        Assert.InRange(player.Statistics.Displayed + player.Statistics.Lost, 50, 60);
    }

    [Fact]
    public async Task Dispose_WhileWaitingForData_Ends()
    {
        var media = new FragmentedMedia(Ffmpeg.Fragment("h264-noaudio.mp4", "-t", "2"));
        var player = new VlcVideoPlayer(sound: false);
        await using var output = new VideoOutput(player);
        output.OnInit(0, media.Init);
        media.Deliver(output);
        PollUntil(player, () => player.Frames.TryTake(out _));

        await Task.Run(player.Dispose).WaitAsync(_limit);
    }

    [Fact]
    public async Task Enqueue_NoMedia_FailsInsteadOfHanging()
    {
        using var player = new VlcVideoPlayer(sound: false);
        var pipe = new MediaPipe();
        pipe.WritePart(new byte[4096], startsSegment: true);
        pipe.Complete();
        player.Enqueue(pipe);
        player.EndOfSources();

        PollUntil(player, () => player.IsFinished);
        Assert.Equal(0, player.Statistics.Decoded);
        await Task.CompletedTask;
    }

    [Fact]
    public async Task Run_RealWindow_ShowsTheVideoObeysKeysAndCloses()
    {
        using var screen = new XvfbScreen();
        var folder = Directory.CreateTempSubdirectory("peercast-window-").FullName;
        try
        {
            var media = new FragmentedMedia(Ffmpeg.Fragment("h264-aac-720p.mp4", "-t", "15"));
            using var player = new VlcVideoPlayer(sound: false);
            await using var output = new VideoOutput(player);
            var session = new FileSession(media, output, TimeSpan.FromSeconds(4), end: false);
            using var stop = new CancellationTokenSource();
            var playing = session.RunAsync(stop.Token);
            var window = new WatchWindow(player, session, _ => { });
            var running = Task.Factory.StartNew(
                () => window.Run(() => new SdlWindow("Peercast test", 640, 360), stop.Token),
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default);

            await Until(() => window.FramesDrawn > 30 || running.IsCompleted);
            var (mean, colors) = screen.Look();
            Assert.True(mean > 0.05, $"The screen is black ({mean}).");
            Assert.True(colors > 6, $"The screen has {colors} colors only.");
            screen.Press("Peercast", "space");
            await Until(() => session.Calls.Contains("pause"));
            screen.Press("Peercast", "space");
            await Until(() => session.Calls.Contains("resume"));
            screen.Press("Peercast", "U");
            await Until(() => session.Calls.Contains("limit 5000000"));
            var snapshot = Path.Combine(folder, "snapshot.png");
            Assert.True(player.TryTakeSnapshot(snapshot));
            Assert.Equal("1280,720", Ffmpeg.Run("ffprobe", ["-v", "error", "-show_entries", "stream=width,height", "-of", "csv=p=0", snapshot]).Trim());
            screen.Press("Peercast", "q");

            await running.WaitAsync(_limit);
            await stop.CancelAsync();
            await playing;
            Assert.True(player.Statistics.Displayed > 0);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void SdlWindow_NoDisplay_SaysWhatToDo()
    {
        using (new XvfbScreen())
        {
        }

        // DISPLAY and the driver are unset now.
        var failure = Assert.Throws<PlayerException>(() => new SdlWindow("Peercast test", 640, 360));
        Assert.Equal(ExitCode.MissingDependency, failure.Code);
        Assert.Contains("peercast serve", failure.Message, StringComparison.Ordinal);
    }

    private static void PollUntil(VlcVideoPlayer player, Func<bool> done)
    {
        var clock = Stopwatch.StartNew();
        while (!done())
        {
            Assert.True(clock.Elapsed < _limit, "It did not come in time.");
            player.Poll();
            Thread.Sleep(10);
        }
    }

    private static async Task Until(Func<bool> done)
    {
        var clock = Stopwatch.StartNew();
        while (!done())
        {
            Assert.True(clock.Elapsed < _limit, "It did not come in time.");
            await Task.Delay(20);
        }
    }
}
