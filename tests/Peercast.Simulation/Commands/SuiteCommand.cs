using System.CommandLine;
using Peercast.Simulation.Goals;
using Peercast.Simulation.Output;
using Peercast.Simulation.Scenarios;

namespace Peercast.Simulation.Commands;

/// <summary><c>suite</c>: all scenarios at several sizes; prints the table that the README shows, and which goals are met.</summary>
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
        var isShort = new Option<bool>("--short")
        {
            Description = $"The suite that runs with the tests: {ShortSuite.Peers} viewers, {ShortSuite.Seeds} seeds, a minute, bounds of its own.",
        };
        var check = new Option<bool>("--check") { Description = "End with code 1 when a goal is missed by more than its slack." };
        var keep = new Option<FileInfo?>("--keep")
        {
            Description = "Keep each run in this file, and do not repeat those found there: a suite can be stopped and gone on with, or run in slices.",
        };
        var shared = new SharedOptions();
        Command command = shared.AddTo(
            new Command("suite", "Runs all scenarios at several sizes and says which goals are met.") { sizes, scenarios, isShort, check, keep });
        command.SetAction(arguments =>
        {
            List<Scenario?> chosen = [.. arguments.GetValue(scenarios)!.Select(ScenarioCatalog.Find)];
            if (chosen.Contains(null))
            {
                Console.Error.WriteLine("There is no such scenario; run --help names them.");
                return 2;
            }

            List<Row> rows;
            if (arguments.GetValue(isShort))
            {
                rows = ShortSuite.Run(shared.Threads(arguments), plan => Console.Error.WriteLine($"{plan.Scenario.Id} seed {plan.Seed}"));
            }
            else
            {
                BatchRunner runner = shared.Runner(arguments, arguments.GetValue(keep) is { } file ? new RunStore(file.FullName) : null);
                rows = [.. chosen.SelectMany(scenario =>
                    arguments.GetValue(sizes)!.Select(peers => runner.Run(shared.Plan(arguments, scenario!, peers), shared.Seeds(arguments))))];
            }

            List<GoalResult> results = GoalResult.Of(arguments.GetValue(isShort) ? ShortSuite.Goals : EngineGoals.All, rows);
            Console.Write(MarkdownTable.Of(rows, row => GoalReport.CountFor(row, results)));
            Console.WriteLine();
            Console.Write(GoalReport.Of(results));
            shared.Write(arguments, rows, Plots.OfSuite);
            List<string> misses = [.. GoalReport.Misses(results)];
            misses.ForEach(Console.Error.WriteLine);
            return arguments.GetValue(check) && misses.Count > 0 ? 1 : 0;
        });
        return command;
    }
}
