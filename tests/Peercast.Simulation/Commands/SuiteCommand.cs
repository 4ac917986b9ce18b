using System.CommandLine;
using Peercast.Simulation.Output;
using Peercast.Simulation.Scenarios;

namespace Peercast.Simulation.Commands;

/// <summary><c>suite</c>: all scenarios at several sizes; prints the table that the README shows.</summary>
internal static class SuiteCommand
{
    public static Command Create()
    {
        var sizes = new Option<int[]>("--sizes")
        {
            Description = "Viewers at a time.",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [20, 100, 1000],
        };
        var scenarios = new Option<string[]>("--scenarios")
        {
            Description = "Which; default: all.",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [.. ScenarioCatalog.All.Select(s => s.Id)],
        };
        var shared = new SharedOptions();
        Command command = shared.AddTo(new Command("suite", "Runs all scenarios at several sizes.") { sizes, scenarios });
        command.SetAction(arguments =>
        {
            List<Scenario?> chosen = [.. arguments.GetValue(scenarios)!.Select(ScenarioCatalog.Find)];
            if (chosen.Contains(null))
            {
                Console.Error.WriteLine("There is no such scenario; run --help names them.");
                return 2;
            }

            BatchRunner runner = shared.Runner(arguments);
            var rows = new List<Row>();
            foreach (Scenario? scenario in chosen)
            {
                rows.AddRange(arguments.GetValue(sizes)!.Select(peers => runner.Run(shared.Plan(arguments, scenario!, peers), shared.Seeds(arguments))));
            }

            Console.Write(MarkdownTable.Of(rows));
            shared.Write(arguments, rows, Plots.OfSuite);
            return 0;
        });
        return command;
    }
}
