using Peercast.Player.Playback;
using Peercast.Player.Terminal;

namespace Peercast.Player.Commands;

/// <summary><c>peercast seed</c>: gives to neighbors without playing.</summary>
internal static class SeedCommand
{
    /// <summary>Runs it until Ctrl+C.</summary>
    public static async Task<ExitCode> RunAsync(CommandContext context, ViewerRequest request, CancellationToken ct)
    {
        await using var output = new NullOutput();
        await using var session = context.CreateSession(request with { Playback = false }, output);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var panel = new TerminalPanel(
            context.Console, () => session.Snapshot, CommandContext.KeysHelp, CommandContext.Keys(session, stop.Cancel));
        await CommandContext.RunAsync(session, panel, t => Task.Delay(Timeout.Infinite, t), outlivesSession: true, stop.Token);
        return ExitCode.Success;
    }
}
