using System.Diagnostics;
using Peercast.Player.Playback;
using Peercast.Player.Window;
using Spectre.Console;

namespace Peercast.Player.Terminal;

/// <summary>
/// The live statistics in the terminal, and its keys. Where the output is no terminal, a plain line every few seconds.
/// </summary>
internal sealed class TerminalPanel
{
    private static readonly TimeSpan _refresh = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan _plainInterval = TimeSpan.FromSeconds(5);

    private readonly IAnsiConsole _console;
    private readonly StatisticsView _view = new();
    private readonly Func<ViewerSnapshot> _snapshot;
    private readonly Func<(VideoStatistics? Video, PictureShape? Shape)> _video;
    private readonly Action<PlayerAction>? _onKey;
    private readonly string _keys;
    private readonly Func<IEnumerable<(string Label, string Value)>> _extra;

    /// <summary>A panel over a session.</summary>
    /// <param name="console">Where to write.</param>
    /// <param name="snapshot">Gives the session's state.</param>
    /// <param name="keys">The line of help about keys.</param>
    /// <param name="onKey">Takes the keys pressed in the terminal; null reads none.</param>
    /// <param name="video">Gives the decoder's counters, where there is one.</param>
    /// <param name="extra">More lines, of the command itself.</param>
    public TerminalPanel(
        IAnsiConsole console,
        Func<ViewerSnapshot> snapshot,
        string keys,
        Action<PlayerAction>? onKey = null,
        Func<(VideoStatistics? Video, PictureShape? Shape)>? video = null,
        Func<IEnumerable<(string Label, string Value)>>? extra = null)
    {
        _console = console;
        _snapshot = snapshot;
        _keys = keys;
        _onKey = onKey;
        _video = video ?? (() => (null, null));
        _extra = extra ?? (() => []);
    }

    /// <summary>Shows the session until canceled, which does not throw.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        try
        {
            if (_console.Profile.Out.IsTerminal)
                await RunLiveAsync(ct);
            else
                await RunPlainAsync(ct);
        }
        catch (OperationCanceledException)
        {
            // The session is over: the last panel stays on the terminal.
        }
    }

    private async Task RunLiveAsync(CancellationToken ct)
    {
        var clock = Stopwatch.StartNew();
        await _console.Live(Build(clock.Elapsed)).StartAsync(async live =>
        {
            using var timer = new PeriodicTimer(_refresh);
            do
            {
                ReadKeys();
                live.UpdateTarget(Build(clock.Elapsed));
                live.Refresh();
            }
            while (await timer.WaitForNextTickAsync(ct));
        });
    }

    private async Task RunPlainAsync(CancellationToken ct)
    {
        var clock = Stopwatch.StartNew();
        using var timer = new PeriodicTimer(_plainInterval);
        while (await timer.WaitForNextTickAsync(ct))
        {
            _view.Update(clock.Elapsed, _snapshot());
            _console.Profile.Out.Writer.WriteLine($"{clock.Elapsed.TotalSeconds,4:0} s  {_view.Summary()}");
        }
    }

    private Panel Build(TimeSpan now)
    {
        var snapshot = _snapshot();
        _view.Update(now, snapshot);
        var (video, shape) = _video();
        var grid = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn();
        foreach (var (label, value) in _extra().Concat(_view.Lines(video, shape)))
            grid.AddRow(new Text(label, new Style(decoration: Decoration.Dim)), new Text(value));
        grid.AddEmptyRow();
        grid.AddRow(new Text("Keys", new Style(decoration: Decoration.Dim)), new Text(_keys, new Style(decoration: Decoration.Dim)));
        return new Panel(grid)
        {
            Header = new PanelHeader(Markup.Escape(snapshot.Title.Length == 0 ? " Peercast " : $" {snapshot.Title} ")),
            Border = BoxBorder.Rounded,
            Expand = true,
        };
    }

    private void ReadKeys()
    {
        if (_onKey is null || Console.IsInputRedirected)
            return;
        while (Console.KeyAvailable)
        {
            var action = KeyBindings.FromConsole(Console.ReadKey(intercept: true));
            if (action != PlayerAction.None)
                _onKey(action);
        }
    }
}
