using Peercast.Player;
using Peercast.Player.Bench;
using Peercast.Player.CommandLine;
using Peercast.Player.Commands;
using Peercast.Player.Session;
using Spectre.Console;

// Where the parts meet: the commands know sessions only by their interface.
return await PlayerCommandLine.RunAsync(args, new CommandContext
{
    CreateSession = (request, output) => new ViewerSession(request, output, WebRtcConnections.Create),
    RunBench = async (options, ct) =>
    {
        await BenchCommand.RunAsync(new BenchPlan(options, WebRtcConnections.Create), AnsiConsole.Console, ct);
        return ExitCode.Success;
    },
    Console = AnsiConsole.Console,
    Error = Console.Error,
});
