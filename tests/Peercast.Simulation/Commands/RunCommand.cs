using System.CommandLine;
using Peercast.Simulation.Output;
using Peercast.Simulation.Policies;
using Peercast.Simulation.Scenarios;

namespace Peercast.Simulation.Commands;

/// <summary><c>run SCENARIO</c>: one scenario at one size, several seeds, beside its control without neighbors.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var scenario = new Argument<string>("scenario") { Description = "Which: " + string.Join(", ", ScenarioCatalog.All.Select(s => s.Id)) + "." };
        var peers = new Option<int>("--peers") { Description = "Viewers at a time.", DefaultValueFactory = _ => 100 };
        var policy = new Option<string>("--policy") { Description = "How viewers decide: " + string.Join(", ", Policy.All.Select(p => p.Name)) + ".", DefaultValueFactory = _ => Policy.Production.Name };
        var noControl = new Option<bool>("--no-control") { Description = "Leave the control without neighbors out." };
        var shared = new SharedOptions();
        Command command = shared.AddTo(new Command("run", "Runs one scenario.") { scenario, peers, policy, noControl });
        command.SetAction(arguments =>
        {
            if (ScenarioCatalog.Find(arguments.GetValue(scenario)!) is not { } found || Policy.Find(arguments.GetValue(policy)!) is not { } chosen)
            {
                Console.Error.WriteLine("There is no such scenario or policy; run --help names them.");
                return 2;
            }

            RunPlan plan = shared.Plan(arguments, found, arguments.GetValue(peers)) with { Policy = chosen };
            BatchRunner runner = shared.Runner(arguments);
            List<Row> rows = [runner.Run(plan, shared.Seeds(arguments))];
            if (!arguments.GetValue(noControl) && chosen != Policy.WithoutNeighbors)
            {
                rows.Add(runner.Run(plan with { Policy = Policy.WithoutNeighbors }, 1));
            }

            Table.Print(rows);
            shared.Write(arguments, rows, Plots.OfRows);
            return 0;
        });
        return command;
    }
}
