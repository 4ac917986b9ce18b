using System.Collections.Concurrent;
using System.Diagnostics;
using Peercast.Player.Playback;
using Peercast.Player.Terminal;

namespace Peercast.Player.Window;

/// <summary>The window of <c>watch</c>: shows the pictures as they come due, obeys the keys, lays the statistics over it.</summary>
internal sealed class WatchWindow
{
    private static readonly TimeSpan _tick = TimeSpan.FromMilliseconds(40);
    private static readonly TimeSpan _statisticsInterval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan _messageTime = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan _seekStep = TimeSpan.FromSeconds(10);
    private const int VolumeStep = 5;

    private readonly IVideoPlayer _player;
    private readonly IViewerSession _session;
    private readonly Action<string> _say;
    private readonly ConcurrentQueue<PlayerAction> _fromTerminal = new();
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly StatisticsView _statistics = new();
    private IWindow? _window;
    private string _title = "";
    private bool _showStatistics;
    private TextBox? _message;
    private TimeSpan _messageUntil;
    private TimeSpan _statisticsDue;
    private TextBox? _statisticsBox;
    private bool _fitted;
    private bool _quit;

    /// <summary>A window over a player and its session; <paramref name="say"/> takes lines for the terminal.</summary>
    public WatchWindow(IVideoPlayer player, IViewerSession session, Action<string> say)
    {
        _player = player;
        _session = session;
        _say = say;
    }

    /// <summary>Pictures drawn so far.</summary>
    public long FramesDrawn { get; private set; }

    /// <summary>Does what a key in the terminal asks for. Any thread.</summary>
    public void Post(PlayerAction action)
    {
        _fromTerminal.Enqueue(action);
        _window?.Wake();
    }

    /// <summary>Opens the window and runs it until it is closed, a recorded channel has been shown, or canceled.</summary>
    /// <remarks>Everything of the window happens on the calling thread.</remarks>
    /// <exception cref="PlayerException">No window can be opened, or the media cannot be decoded.</exception>
    public void Run(Func<IWindow> open, CancellationToken ct)
    {
        using var window = open();
        _window = window;
        _player.Frames.FrameReady += window.Wake;
        try
        {
            while (!_quit && !ct.IsCancellationRequested && !_player.IsFinished)
            {
                var input = window.Wait(_tick, out var action);
                if (input == WindowInput.Closed)
                    break;
                if (input == WindowInput.Action)
                    Do(action);
                while (_fromTerminal.TryDequeue(out action))
                    Do(action);
                _player.Poll();
                if (_player.HasFailed && _player.Statistics.Decoded == 0)
                    throw new PlayerException(ExitCode.UnsupportedMedia, "This channel's media cannot be decoded here: see \"--verbose\" for libvlc's reason.");
                Refresh(window, input != WindowInput.None);
            }
        }
        finally
        {
            _player.Frames.FrameReady -= window.Wake;
            _window = null;
        }
    }

    private void Refresh(IWindow window, bool mustDraw)
    {
        var now = _clock.Elapsed;
        var snapshot = _session.Snapshot;
        if (snapshot.Title != _title)
        {
            _title = snapshot.Title;
            window.Title = _title.Length == 0 ? "Peercast" : $"{_title} - Peercast";
        }

        if (!_fitted && _player.Shape is { } shape)
        {
            _fitted = true;
            window.FitTo(shape);
            mustDraw = true;
        }

        if (now >= _statisticsDue)
        {
            _statisticsDue = now + _statisticsInterval;
            _statistics.Update(now, snapshot);
            _statisticsBox = _showStatistics
                ? new TextBox(
                    TextPlace.TopLeft,
                    [.. _statistics.Lines(_player.Statistics, _player.Shape).Select(l => $"{l.Label,-10}{l.Value}")])
                : null;
            mustDraw = true;
        }

        if (_message is not null && now >= _messageUntil)
        {
            _message = null;
            mustDraw = true;
        }

        var isNew = _player.Frames.TryTake(out var frame);
        if (!isNew && !mustDraw)
            return;
        if (isNew)
            FramesDrawn++;
        window.Draw(frame, isNew, _player.Shape, Texts(frame is null, snapshot.State));
    }

    private List<TextBox> Texts(bool black, ViewerState state)
    {
        List<TextBox> texts = [];
        if (_statisticsBox is not null)
            texts.Add(_statisticsBox);
        if (_message is not null)
            texts.Add(_message);
        if (black || state is ViewerState.Stalled or ViewerState.Offline)
            texts.Add(new TextBox(TextPlace.Center, [state == ViewerState.Playing ? "starting" : _statistics.State]));
        return texts;
    }

    private void Do(PlayerAction action)
    {
        switch (action)
        {
            case PlayerAction.TogglePause:
                _player.IsPaused = !_player.IsPaused;
                if (_player.IsPaused)
                    _session.Pause();
                else
                    _session.Resume();
                Show(_player.IsPaused ? "paused" : "playing");
                break;
            case PlayerAction.ToggleFullScreen:
                _window!.IsFullScreen = !_window.IsFullScreen;
                break;
            case PlayerAction.VolumeUp or PlayerAction.VolumeDown:
                _player.Volume += action == PlayerAction.VolumeUp ? VolumeStep : -VolumeStep;
                Show($"volume {_player.Volume}%");
                break;
            case PlayerAction.ToggleMute:
                _player.IsMuted = !_player.IsMuted;
                Show(_player.IsMuted ? "sound off" : "sound on");
                break;
            case PlayerAction.SeekBack:
                Seek(-_seekStep);
                break;
            case PlayerAction.SeekForward:
                Seek(_seekStep);
                break;
            case PlayerAction.Snapshot:
                TakeSnapshot();
                break;
            case PlayerAction.ToggleStatistics:
                _showStatistics = !_showStatistics;
                _statisticsDue = TimeSpan.Zero;
                break;
            case PlayerAction.UploadLimitDown or PlayerAction.UploadLimitUp:
                var limit = _session.Snapshot.UploadLimit;
                limit = action == PlayerAction.UploadLimitUp ? UploadLimitSteps.Up(limit) : UploadLimitSteps.Down(limit);
                _session.SetUploadLimit(limit);
                Show($"upload limit {Quantity.Limit(limit)}");
                break;
            case PlayerAction.Quit:
                _quit = true;
                break;
        }
    }

    private void Seek(TimeSpan by)
    {
        if (!_session.Snapshot.Recorded)
        {
            Show("a live channel cannot be sought in");
            return;
        }

        Show(by < TimeSpan.Zero ? "10 s back" : "10 s on");
        _ = SeekAsync(by);
    }

    private async Task SeekAsync(TimeSpan by)
    {
        try
        {
            await _session.SeekAsync(by);
        }
        catch (Exception e) when (e is PlayerException or OperationCanceledException or HttpRequestException or IOException or TimeoutException)
        {
            _say($"Seeking failed: {e.Message}");
        }
    }

    private void TakeSnapshot()
    {
        var path = SnapshotPath.Next(_title, DateTime.Now);
        if (_player.TryTakeSnapshot(path))
        {
            _say($"Snapshot: {path}");
            Show($"saved {Path.GetFileName(path)}");
        }
        else
        {
            _say($"No snapshot: there is no picture yet, or {Path.GetDirectoryName(path)} cannot be written.");
            Show("no snapshot");
        }
    }

    private void Show(string text)
    {
        _message = new TextBox(TextPlace.Bottom, [text]);
        _messageUntil = _clock.Elapsed + _messageTime;
    }
}
