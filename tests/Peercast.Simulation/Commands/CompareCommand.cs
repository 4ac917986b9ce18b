using System.CommandLine;
using Peercast.Simulation.Output;
using Peercast.Simulation.Policies;
using Peercast.Simulation.Scenarios;

namespace Peercast.Simulation.Commands;

/// <summary><c>compare SCENARIO --policies ...</c>: the same viewers, lines and seeds under several policies.</summary>
internal static class CompareCommand
{
    public static Command Create()
    {
        var scenario = new Argument<string>("scenario") { Description = "Which: " + string.Join(", ", ScenarioCatalog.All.Select(s => s.Id)) + "." };
        var peers = new Option<int>("--peers") { Description = "Viewers at a time.", DefaultValueFactory = _ => 100 };
        var policies = new Option<string[]>("--policies")
        {
            Description = string.Join("; ", Policy.All.Select(p => $"{p.Name}: {p.About}")) + ". Default: all.",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [.. Policy.All.Select(p => p.Name)],
        };
        var shared = new SharedOptions();
        Command command = shared.AddTo(new Command("compare", "Runs one scenario under several policies.") { scenario, peers, policies });
        command.SetAction(arguments =>
        {
            List<Policy?> chosen = [.. arguments.GetValue(policies)!.Select(Policy.Find)];
            if (ScenarioCatalog.Find(arguments.GetValue(scenario)!) is not { } found || chosen.Contains(null))
            {
                Console.Error.WriteLine("There is no such scenario or policy; compare --help names them.");
                return 2;
            }

            RunPlan plan = shared.Plan(arguments, found, arguments.GetValue(peers));
            BatchRunner runner = shared.Runner(arguments);
            List<Row> rows = [.. chosen.Select(policy => runner.Run(plan with { Policy = policy! }, shared.Seeds(arguments)))];
            Table.Print(rows);
            shared.Write(arguments, rows, Plots.OfRows);
            return 0;
        });
        return command;
    }
}
