using Peercast.Player.Playback;
using Peercast.Player.Serving;
using Peercast.Player.Terminal;

namespace Peercast.Player.Commands;

/// <summary><c>peercast serve</c>: the channel for any other player on this machine.</summary>
internal static class ServeCommand
{
    /// <summary>Runs it until Ctrl+C; a recorded channel stays served after its end.</summary>
    public static async Task<ExitCode> RunAsync(CommandContext context, ViewerRequest request, int port, CancellationToken ct)
    {
        await using var window = new MediaWindow();
        await using var server = await LocalServer.StartAsync(window, port);
        await using var session = context.CreateSession(request, window);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        context.Say($"MP4 {server.StreamAddress}");
        context.Say($"HLS {server.PlaylistAddress}");
        var panel = new TerminalPanel(
            context.Console,
            () => session.Snapshot,
            CommandContext.KeysHelp,
            CommandContext.Keys(session, stop.Cancel),
            extra: () => [("MP4", $"{server.StreamAddress} ({window.Clients} reading)"), ("HLS", server.PlaylistAddress)]);
        await CommandContext.RunAsync(
            session, panel, t => Task.Delay(Timeout.Infinite, t), outlivesSession: true, stop.Token);
        return ExitCode.Success;
    }
}
