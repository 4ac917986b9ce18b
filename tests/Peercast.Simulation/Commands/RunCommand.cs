using System.CommandLine;
using Peercast.Simulation.Output;
using Peercast.Simulation.Scenarios;

namespace Peercast.Simulation.Commands;

/// <summary><c>run SCENARIO</c>: one scenario at one size, several seeds, beside its controls.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var scenario = new Argument<string>("scenario") { Description = "Which: " + string.Join(", ", ScenarioCatalog.All.Select(s => s.Id)) + "." };
        var peers = new Option<int>("--peers") { Description = "Viewers at a time.", DefaultValueFactory = _ => 100 };
        var seeds = new Option<int>("--seeds") { Description = "How many runs with different chance.", DefaultValueFactory = _ => 1 };
        var firstSeed = new Option<int>("--first-seed") { Description = "The first run's seed; the others count on.", DefaultValueFactory = _ => 1 };
        var seconds = new Option<double?>("--seconds") { Description = "Simulated seconds, warm-up included, where not as the scenario says." };
        var warmUp = new Option<double?>("--warm-up") { Description = "Seconds before figures count, where not as the scenario says." };
        var threads = new Option<int>("--threads") { Description = "Processor cores to use.", DefaultValueFactory = _ => Environment.ProcessorCount };
        var policy = new Option<string>("--policy") { Description = "peercast, or no-p2p.", DefaultValueFactory = _ => "peercast" };
        var json = new Option<FileInfo?>("--json") { Description = "Where to write the figures." };
        var control = new Option<bool>("--no-control") { Description = "Leave the control without neighbors out." };
        var command = new Command("run", "Runs one scenario.") { scenario, peers, seeds, firstSeed, seconds, warmUp, threads, policy, json, control };
        command.SetAction(arguments =>
        {
            if (ScenarioCatalog.Find(arguments.GetValue(scenario)!) is not { } found)
            {
                Console.Error.WriteLine($"There is no scenario {arguments.GetValue(scenario)}.");
                return 2;
            }

            var plan = new RunPlan(found, arguments.GetValue(peers), arguments.GetValue(firstSeed))
            {
                Length = arguments.GetValue(seconds) is { } length ? TimeSpan.FromSeconds(length) : null,
                WarmUp = arguments.GetValue(warmUp) is { } warm ? TimeSpan.FromSeconds(warm) : null,
                WithoutNeighbors = arguments.GetValue(policy) == "no-p2p",
            };
            var runner = new BatchRunner(arguments.GetValue(threads));
            List<Row> rows = [runner.Run(plan, arguments.GetValue(seeds))];
            if (!arguments.GetValue(control) && !plan.WithoutNeighbors)
            {
                rows.Add(runner.Run(plan with { WithoutNeighbors = true }, 1));
            }

            Table.Print(rows);
            if (arguments.GetValue(json) is { } file)
            {
                File.WriteAllText(file.FullName, JsonReport.Write(rows));
            }

            return 0;
        });
        return command;
    }
}
