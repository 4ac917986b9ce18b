using System.Globalization;
using Peercast.Player.Native;
using Peercast.Player.Playback;
using Peercast.Player.Terminal;
using Peercast.Player.Window;

namespace Peercast.Player.Commands;

/// <summary><c>peercast watch</c>: a window.</summary>
internal static class WatchCommand
{
    private const int InitialWidth = 960;
    private const int InitialHeight = 540;

    /// <summary>Runs it until the window is closed or a recorded channel has been shown.</summary>
    public static async Task<ExitCode> RunAsync(CommandContext context, ViewerRequest request, CancellationToken ct)
    {
        NativeComponent.Sdl.Require();
        NativeComponent.Vlc.Require();
        SdlWindow.RequireDisplay();
        var sound = SoundDevice.IsPresent();
        using var player = new VlcVideoPlayer(sound, request.Verbose);
        await using var output = new VideoOutput(player);
        await using var session = context.CreateSession(request, output);
        if (!sound)
            context.Say("No sound device: playing without sound.");
        var window = new WatchWindow(player, session, context.Say);
        var panel = new TerminalPanel(
            context.Console, () => session.Snapshot, KeyBindings.Help, window.Post, () => (player.Statistics, player.Shape));
        await CommandContext.RunAsync(
            session,
            panel,
            stop => RunWindowAsync(() => window.Run(() => new SdlWindow("Peercast", InitialWidth, InitialHeight), stop)),
            outlivesSession: true,
            ct);
        var statistics = player.Statistics;
        context.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"Pictures: {statistics.Displayed} displayed, {statistics.Lost} lost ({statistics.LostRatio:P2}), {window.FramesDrawn} drawn in the window."));
        return ExitCode.Success;
    }

    /// <summary>A window belongs to one thread from its opening to its end.</summary>
    private static Task RunWindowAsync(Action run)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                run();
                done.SetResult();
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        })
        {
            Name = "window",
            IsBackground = true,
        };
        thread.Start();
        return done.Task;
    }
}
