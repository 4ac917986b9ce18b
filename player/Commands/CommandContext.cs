using Peercast.Player.CommandLine;
using Peercast.Player.Playback;
using Peercast.Player.Terminal;
using Peercast.Player.Window;
using Spectre.Console;

namespace Peercast.Player.Commands;

/// <summary>What the commands are given: how to make a session, and where to write.</summary>
internal sealed record CommandContext
{
    /// <summary>Makes the viewer's session.</summary>
    public required ViewerSessionFactory CreateSession { get; init; }

    /// <summary>Runs <c>bench</c>.</summary>
    public required Func<BenchOptions, CancellationToken, Task<ExitCode>> RunBench { get; init; }

    /// <summary>The terminal.</summary>
    public required IAnsiConsole Console { get; init; }

    /// <summary>Where the one line about an error goes.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Writes a line of its own, above a live panel where there is one.</summary>
    public void Say(string line) => Console.WriteLine(line);

    /// <summary>What the keys of commands without a window do.</summary>
    public static Action<PlayerAction> Keys(IViewerSession session, Action quit) => action =>
    {
        switch (action)
        {
            case PlayerAction.UploadLimitUp:
                session.SetUploadLimit(UploadLimitSteps.Up(session.Snapshot.UploadLimit));
                break;
            case PlayerAction.UploadLimitDown:
                session.SetUploadLimit(UploadLimitSteps.Down(session.Snapshot.UploadLimit));
                break;
            case PlayerAction.Quit:
                quit();
                break;
        }
    };

    /// <summary>The help line of <see cref="Keys"/>.</summary>
    public const string KeysHelp = "u/U upload limit down/up, q quit";

    /// <summary>
    /// Runs a session, its panel and the command's own work until one of them ends; then ends the others. A failure of
    /// any of them is this one's.
    /// </summary>
    /// <param name="session">The session.</param>
    /// <param name="panel">The panel.</param>
    /// <param name="work">Ends when the command is done; the session's own end does not cancel it when
    /// <paramref name="outlivesSession"/>.</param>
    /// <param name="outlivesSession">The work goes on after the session has delivered everything.</param>
    /// <param name="ct">Ends everything, without an exception.</param>
    public static async Task RunAsync(
        IViewerSession session, TerminalPanel panel, Func<CancellationToken, Task> work, bool outlivesSession, CancellationToken ct)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using var stopPanel = new CancellationTokenSource();
        var sessionTask = Task.Run(() => session.RunAsync(stop.Token), CancellationToken.None);
        var workTask = work(stop.Token);
        var panelTask = panel.RunAsync(stopPanel.Token);
        try
        {
            var first = await Task.WhenAny(sessionTask, workTask);
            await first;
            if (first == sessionTask && outlivesSession && !stop.IsCancellationRequested)
                await workTask;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Asked for.
        }
        finally
        {
            await stop.CancelAsync();
            await sessionTask.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            await workTask.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            await stopPanel.CancelAsync();
            await panelTask;
        }

        // The work may have failed while the session came to its end.
        if (workTask.IsFaulted)
            await workTask;
    }
}
