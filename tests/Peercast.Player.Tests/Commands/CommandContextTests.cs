using Peercast.Player.CommandLine;
using Peercast.Player.Commands;
using Peercast.Player.Playback;
using Peercast.Player.Terminal;
using Peercast.Player.Tests.Support;
using Spectre.Console;

namespace Peercast.Player.Tests.Commands;

public sealed class CommandContextTests
{
    [Fact]
    public async Task RunAsync_WorkFailsWhileTheSessionEnds_Fails()
    {
        var session = new FakeSession();
        var panel = new TerminalPanel(
            AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(TextWriter.Null) }), () => session.Snapshot, CommandContext.KeysHelp);

        PlayerException failure = await Assert.ThrowsAsync<PlayerException>(() =>
            CommandContext.RunAsync(session, panel, FailWhenStoppedAsync, outlivesSession: false, CancellationToken.None));

        Assert.Equal("No room.", failure.Message);
    }

    private static async Task FailWhenStoppedAsync(CancellationToken stopped)
    {
        await Task.Delay(Timeout.Infinite, stopped).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        throw new PlayerException(ExitCode.LocalResource, "No room.");
    }
}
