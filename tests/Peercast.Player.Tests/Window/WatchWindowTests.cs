using Peercast.Player.Playback;
using Peercast.Player.Tests.Support;
using Peercast.Player.Window;

namespace Peercast.Player.Tests.Window;

public sealed class WatchWindowTests
{
    private readonly FakePlayer _player = new();
    private readonly FakeSession _session = new();
    private readonly List<string> _said = [];

    [Fact]
    public void Run_Space_PausesPlayerAndSessionAndBack()
    {
        Run(PlayerAction.TogglePause);
        Assert.True(_player.IsPaused);
        Run(PlayerAction.TogglePause);
        Assert.False(_player.IsPaused);
        Assert.Equal(["pause", "resume"], _session.Calls);
    }

    [Fact]
    public void Run_VolumeAndMute_ReachThePlayerAndTheScreen()
    {
        var window = Run(PlayerAction.VolumeUp, PlayerAction.VolumeUp, PlayerAction.VolumeDown, PlayerAction.ToggleMute);

        Assert.Equal(55, _player.Volume);
        Assert.True(_player.IsMuted);
        Assert.Contains("volume 60%", window.Texts);
        Assert.Contains("sound off", window.Texts);
    }

    [Fact]
    public void Run_UploadLimitKeys_StepTheLimit()
    {
        _session.Snapshot = _session.Snapshot with { UploadLimit = 2_000_000 };
        var window = Run(PlayerAction.UploadLimitDown);

        Assert.Equal(["limit 1000000"], _session.Calls);
        Assert.Contains("upload limit 1 Mb/s", window.Texts);
    }

    [Fact]
    public void Run_ArrowsInARecordedChannel_Seek()
    {
        _session.Snapshot = _session.Snapshot with { Recorded = true };
        Run(PlayerAction.SeekBack, PlayerAction.SeekForward);

        Assert.Equal(["seek -10", "seek 10"], _session.Calls);
    }

    [Fact]
    public void Run_SeekThatTheOriginDoesNotAnswer_SaysSo()
    {
        _session.Snapshot = _session.Snapshot with { Recorded = true };
        _session.SeekFailure = new TimeoutException("no answer in time");
        Run(PlayerAction.SeekBack);

        Assert.Equal(["Seeking failed: no answer in time"], _said);
    }

    [Fact]
    public void Run_ArrowsInALiveChannel_SayThatItCannotBeSought()
    {
        var window = Run(PlayerAction.SeekBack);

        Assert.Empty(_session.Calls);
        Assert.Contains("a live channel cannot be sought in", window.Texts);
    }

    [Fact]
    public void Run_FullScreenTwice_ComesBack() => Assert.Equal([true, false], Run(PlayerAction.ToggleFullScreen, PlayerAction.ToggleFullScreen).FullScreen);

    [Fact]
    public void Run_Statistics_AreOnScreenUntilToggledOff()
    {
        var on = Run(PlayerAction.ToggleStatistics);
        Assert.Contains(on.Texts, t => t.StartsWith("Offload", StringComparison.Ordinal));
        Assert.Contains(on.Texts, t => t.StartsWith("Neighbors 3", StringComparison.Ordinal));
        Assert.Contains(on.Texts, t => t.Contains("1 lost (1.0 %)", StringComparison.Ordinal));

        Assert.DoesNotContain(Run(PlayerAction.None).Texts, t => t.StartsWith("Offload", StringComparison.Ordinal));
    }

    [Fact]
    public void Run_Snapshot_PrintsThePath()
    {
        Run(PlayerAction.None, PlayerAction.Snapshot);

        Assert.Equal([$"Snapshot: {_player.Snapshot}"], _said);
        Assert.EndsWith(".png", _player.Snapshot, StringComparison.Ordinal);
        Assert.Contains("Concert", _player.Snapshot, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_Quit_EndsBeforeLaterKeys()
    {
        var window = Run(PlayerAction.Quit, PlayerAction.ToggleMute);

        Assert.False(_player.IsMuted);
        Assert.True(window.IsDisposed);
    }

    [Fact]
    public void Run_Finished_Ends()
    {
        _player.IsFinished = true;
        Run(PlayerAction.ToggleMute);

        Assert.False(_player.IsMuted);
    }

    [Fact]
    public void Run_NewPictures_AreDrawnOnceAndFitTheWindow()
    {
        _player.Frames.Shape = new PictureShape(64, 48, 1);
        _player.Frames.Configure(64, 48);
        _player.Frames.Publish();
        var window = Run(PlayerAction.None, PlayerAction.None, PlayerAction.None);

        Assert.Equal(1, window.NewFrames);
        Assert.Equal(_player.Frames.Shape, window.Fitted);
        Assert.Equal("Concert - Peercast", window.Title);
    }

    [Fact]
    public void Run_NoPictureYet_SaysWhatIsGoingOn()
    {
        _session.Snapshot = _session.Snapshot with { State = ViewerState.Offline };

        Assert.Contains("offline: waiting for the broadcaster", Run(PlayerAction.None).Texts);
    }

    [Fact]
    public void Run_MediaThatCannotBeDecoded_Fails()
    {
        _player.HasFailed = true;
        _player.Statistics = default;

        Assert.Equal(ExitCode.UnsupportedMedia, Assert.Throws<PlayerException>(() => Run(PlayerAction.None)).Code);
    }

    [Fact]
    public void Post_FromTheTerminal_IsObeyed()
    {
        var window = new WatchWindow(_player, _session, _said.Add);
        window.Post(PlayerAction.ToggleMute);
        window.Run(() => new FakeWindow(PlayerAction.None), CancellationToken.None);

        Assert.True(_player.IsMuted);
    }

    private FakeWindow Run(params PlayerAction[] keys)
    {
        var fake = new FakeWindow(keys);
        new WatchWindow(_player, _session, _said.Add).Run(() => fake, CancellationToken.None);
        return fake;
    }
}
