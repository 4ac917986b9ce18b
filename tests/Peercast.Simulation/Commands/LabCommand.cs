using System.CommandLine;
using System.Globalization;
using Peercast.Simulation.Lab;
using Peercast.Simulation.Policies;
using Peercast.Simulation.Scenarios;

namespace Peercast.Simulation.Commands;

/// <summary><c>lab draw</c> and <c>lab report</c>: what the lab of network namespaces needs of the simulator before a run and after it.</summary>
internal static class LabCommand
{
    public static Command Create() => new("lab", "Draws viewers for tests/lab/run.sh, and holds what it measured against the simulator.")
    {
        CreateDraw(), CreateReport(),
    };

    private static Command CreateDraw()
    {
        var scenario = new Argument<string>("scenario") { Description = string.Join("; ", LabDraw.Scenarios.Select(s => $"{s.Name}: {s.About}")) + "." };
        var viewers = new Option<int>("--peers") { Description = "Viewers.", DefaultValueFactory = _ => 16 };
        var seconds = new Option<double>("--seconds") { Description = "Measured seconds.", DefaultValueFactory = _ => 60 };
        var warmUp = new Option<double>("--warm-up") { Description = "Seconds before that; all viewers join in the first 30.", DefaultValueFactory = _ => 90 };
        var latency = new Option<double>("--latency") { Description = "Seconds behind the live edge.", DefaultValueFactory = _ => 10 };
        var rate = new Option<long>("--rate") { Description = "Of the stream, in bits per second.", DefaultValueFactory = _ => 1_500_000 };
        var seed = new Option<int>("--seed") { Description = "All chance.", DefaultValueFactory = _ => 1 };
        var alone = new Option<bool>("--no-p2p") { Description = "The control: everything from the origin." };
        var command = new Command("draw", "Writes a population to standard output.") { scenario, viewers, seconds, warmUp, latency, rate, seed, alone };
        command.SetAction(arguments =>
        {
            if (LabDraw.Scenarios.All(s => !string.Equals(s.Name, arguments.GetValue(scenario), StringComparison.OrdinalIgnoreCase)))
            {
                Console.Error.WriteLine("The lab has no such scenario; lab draw --help names them.");
                return 2;
            }

            var request = new LabRequest(arguments.GetValue(scenario)!, arguments.GetValue(viewers))
            {
                Rate = arguments.GetValue(rate),
                Latency = TimeSpan.FromSeconds(arguments.GetValue(latency)),
                Timing = new Timing(
                    TimeSpan.FromSeconds(arguments.GetValue(warmUp)), TimeSpan.FromSeconds(arguments.GetValue(warmUp) + arguments.GetValue(seconds))),
                Policy = arguments.GetValue(alone) ? Policy.WithoutNeighbors : Policy.Production,
            };
            Console.Write(LabDraw.Draw(request, arguments.GetValue(seed)).Write());
            return 0;
        });
        return command;
    }

    private static Command CreateReport()
    {
        var folders = new Argument<string[]>("folders") { Description = "What runs of the same population left behind.", Arity = ArgumentArity.OneOrMore };
        var seeds = new Option<int>("--seeds") { Description = "Simulated runs of the same viewers with different chance.", DefaultValueFactory = _ => 5 };
        var command = new Command("report", "Simulates the lab's viewers and prints measured beside simulated.") { folders, seeds };
        command.SetAction(arguments =>
        {
            List<LabRun> runs;
            try
            {
                runs = [.. arguments.GetValue(folders)!.Select(LabRun.Read)];
            }
            catch (Exception e) when (e is IOException or FormatException)
            {
                Console.Error.WriteLine($"No complete run of the lab: {e.Message}");
                return 2;
            }

            LabPopulation population = runs[0].Population;
            if (runs.Any(run => run.Population.Write() != population.Write()))
            {
                Console.Error.WriteLine("These runs had different viewers; each population has a table of its own.");
                return 2;
            }

            long rate = (long)runs.Average(LabMeasures.RateOf);
            var plan = new RunPlan(population.ToScenario(rate), population.Viewers.Count, 1) { Policy = Policy.Find(population.Policy)! };
            var simulated = Enumerable.Range(1, arguments.GetValue(seeds))
                .Select(seed => Run.Execute(plan with { Seed = seed }, threads: 1).Figures).ToList();
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{population.Scenario}, {population.Viewers.Count} viewers ({population.Policy}), {rate / 1e6:F2} Mb/s, latency {population.Latency.TotalSeconds} s, {(population.Length - population.WarmUp).TotalSeconds} s after {population.WarmUp.TotalSeconds} s; {simulated.Count} seeds, {runs.Count} runs; without neighbors {population.Viewers.Count} rates\n"));
            Console.Write(LabTable.Of(simulated, [.. runs.Select(LabMeasures.Of)]));
            return 0;
        });
        return command;
    }
}
