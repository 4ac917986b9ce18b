using System.CommandLine;
using Peercast.Player.Commands;
using Peercast.Player.Window;

namespace Peercast.Player.CommandLine;

/// <summary>The commands of <c>peercast</c>, and what becomes of their failures: one line on standard error and an exit code.</summary>
internal static class PlayerCommandLine
{
    private const string ExitCodes =
        "Exit codes: 0 done, 1 internal error, 2 wrong command line, 3 origin unreachable, 4 unknown channel or link, " +
        "5 key or media not what the link promises, 6 library or display missing, 7 file or port unusable, 8 media unsupported, 9 channel full.";

    /// <summary>Parses and runs a command line.</summary>
    public static async Task<int> RunAsync(string[] args, CommandContext context, CancellationToken ct = default)
    {
        var result = Build(context).Parse(args);
        if (result.Errors.Count > 0)
        {
            await context.Error.WriteLineAsync(
                $"{string.Join(' ', result.Errors.Select(e => e.Message.TrimEnd('.') + "."))} Try: peercast {CommandPath(result)}--help");
            return (int)ExitCode.Usage;
        }

        return await result.InvokeAsync(
            new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                Error = context.Error,
                Output = context.Console.Profile.Out.Writer,
                // Ctrl+C finishes a recording, which on a slow disk takes a moment.
                ProcessTerminationTimeout = TimeSpan.FromSeconds(20),
            },
            ct);
    }

    /// <summary>The commands.</summary>
    public static RootCommand Build(CommandContext context) =>
        new($"Peercast player: watch, record or serve a channel, most of it from other viewers.\n\n{ExitCodes}")
        {
            Watch(context),
            Record(context),
            Serve(context),
            Seed(context),
            Bench(context),
        };

    private static Command Watch(CommandContext context)
    {
        var command = new Command("watch", $"Watch a channel in a window. Keys: {KeyBindings.Help}.");
        var common = new CommonOptions(command);
        Handle(command, context, (result, ct) => WatchCommand.RunAsync(context, common.Read(result), ct));
        return command;
    }

    private static Command Record(CommandContext context)
    {
        var command = new Command("record", "Record a channel as MP4, frame for frame. Ctrl+C ends the recording properly.");
        var common = new CommonOptions(command);
        var seconds = CommonOptions.Seconds(
            "--seconds", "How much to record [default: until Ctrl+C or the channel's end]", min: 0.1, max: 1e7);
        var output = new Option<string>("--output", "-o") { Description = "The file to write", HelpName = "file", Required = true };
        var force = new Option<bool>("--force") { Description = "Overwrite the file" };
        command.Options.Add(output);
        command.Options.Add(seconds);
        command.Options.Add(force);
        Handle(command, context, (result, ct) => RecordCommand.RunAsync(
            context, common.Read(result), result.GetRequiredValue(output), result.GetValue(seconds), result.GetValue(force), ct));
        return command;
    }

    private static Command Serve(CommandContext context)
    {
        var command = new Command("serve", "Serve a channel to any other player on this machine, as MP4 and as HLS.");
        var common = new CommonOptions(command);
        var port = CommonOptions.Number("--port", "The port on 127.0.0.1; 0 takes a free one", defaultValue: 9000, min: 0, max: 65_535);
        command.Options.Add(port);
        Handle(command, context, (result, ct) => ServeCommand.RunAsync(context, common.Read(result), result.GetValue(port), ct));
        return command;
    }

    private static Command Seed(CommandContext context)
    {
        var command = new Command("seed", "Give a channel to other viewers without playing it.");
        var common = new CommonOptions(command);
        Handle(command, context, (result, ct) => SeedCommand.RunAsync(context, common.Read(result), ct));
        return command;
    }

    private static Command Bench(CommandContext context)
    {
        var command = new Command("bench", "Run many viewers in one process, without windows, and report what they measure.");
        var common = new CommonOptions(command, sharing: false);
        var peers = CommonOptions.Number("--peers", "Viewers", defaultValue: 8, min: 1, max: 1000);
        var seconds = CommonOptions.Seconds("--seconds", "How long all of them watch together [default: 60]", min: 1, max: 1e6);
        var json = new Option<string?>("--json") { Description = "Also write the report to this file as JSON", HelpName = "file" };
        var samples = new Option<string?>("--samples")
        {
            Description = "Also write each viewer's counters to this file, twice a second, as lines of JSON",
            HelpName = "file",
        };
        var uplink = CommonOptions.OptionalRate("--uplink", "Each viewer's uplink in bits per second, such as 2M [default: unlimited]");
        var downlink = CommonOptions.OptionalRate("--downlink", "Each viewer's downlink [default: unlimited]");
        var spacing = CommonOptions.Seconds("--join-spacing", "Seconds between two joins [default: 0.5]", min: 0, max: 3600);
        foreach (var option in (Option[])[peers, seconds, json, samples, uplink, downlink, spacing])
            command.Options.Add(option);
        Handle(command, context, async (result, ct) =>
        {
            var request = common.Read(result);
            var defaults = new BenchOptions { Link = request.Link };
            return await context.RunBench(
                defaults with
                {
                    Peers = result.GetValue(peers),
                    Duration = result.GetValue(seconds) ?? defaults.Duration,
                    JsonPath = result.GetValue(json),
                    SamplesPath = result.GetValue(samples),
                    PeerToPeer = request.PeerToPeer,
                    Uplink = result.GetValue(uplink),
                    Downlink = result.GetValue(downlink),
                    JoinSpacing = result.GetValue(spacing) ?? defaults.JoinSpacing,
                    Latency = request.Latency,
                    Rendition = request.Rendition,
                    Verbose = request.Verbose,
                },
                ct);
        });
        return command;
    }

    private static void Handle(Command command, CommandContext context, Func<ParseResult, CancellationToken, Task<ExitCode>> run) =>
        command.SetAction(async (result, ct) =>
        {
            try
            {
                return (int)await run(result, ct);
            }
            catch (PlayerException e)
            {
                await context.Error.WriteLineAsync(e.Message);
                return (int)e.Code;
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return (int)ExitCode.Success;
            }
            catch (Exception e)
            {
                var verbose = result.GetValue<bool>("--verbose");
                await context.Error.WriteLineAsync(
                    verbose ? e.ToString() : $"Internal error: {e.Message} Run it again with --verbose and report what it prints.");
                return (int)ExitCode.Failed;
            }
        });

    private static string CommandPath(ParseResult result) =>
        result.CommandResult.Command is RootCommand ? "" : result.CommandResult.Command.Name + " ";
}
