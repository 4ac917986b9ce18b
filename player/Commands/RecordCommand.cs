using System.Globalization;
using Peercast.Player.Playback;
using Peercast.Player.Recording;
using Peercast.Player.Terminal;

namespace Peercast.Player.Commands;

/// <summary><c>peercast record</c>: an MP4 file.</summary>
internal static class RecordCommand
{
    /// <summary>Runs it until the limit, the end of a recorded channel, or Ctrl+C: what was recorded is finished in any case.</summary>
    public static async Task<ExitCode> RunAsync(
        CommandContext context, ViewerRequest request, string path, TimeSpan? limit, bool force, CancellationToken ct)
    {
        await using var recorder = new Recorder(path, limit, force);
        await using var session = context.CreateSession(request, recorder);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var panel = new TerminalPanel(
            context.Console,
            () => session.Snapshot,
            CommandContext.KeysHelp,
            CommandContext.Keys(session, stop.Cancel),
            extra: () => [("Recorded", Progress(recorder, limit))]);
        PlayerException? failure = null;
        try
        {
            await CommandContext.RunAsync(session, panel, t => recorder.Completed.WaitAsync(t), outlivesSession: false, stop.Token);
        }
        catch (PlayerException e)
        {
            failure = e;
        }

        try
        {
            recorder.Finish();
        }
        catch (PlayerException e)
        {
            // Where recording has failed already, that is the reason for this, too.
            failure ??= e;
        }

        foreach (var file in recorder.Files)
            context.Say($"Recorded {file} ({Quantity.Clock(recorder.Recorded)}, {Quantity.Size(new FileInfo(file).Length)}).");
        if (failure is not null)
            throw failure;
        if (recorder.Files.Count == 0)
        {
            throw new PlayerException(
                ExitCode.OriginUnreachable, "Nothing was recorded: the channel sent no media. Is it live? Its page in a browser says so.");
        }

        return ExitCode.Success;
    }

    private static string Progress(Recorder recorder, TimeSpan? limit) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Quantity.Clock(recorder.Recorded)}{(limit is { } l ? $" of {Quantity.Clock(l)}" : "")}, {Quantity.Size(recorder.Bytes)}");
}
