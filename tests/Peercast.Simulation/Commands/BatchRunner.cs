using System.Diagnostics;
using Peercast.Simulation.Output;
using Spectre.Console;

namespace Peercast.Simulation.Commands;

/// <summary>Runs plans over seeds with a progress bar; a run that fails says how to repeat it.</summary>
/// <param name="threads">How many processor cores to use.</param>
/// <param name="store">Where runs are kept, and found that were made before; <see langword="null"/>: nowhere.</param>
internal sealed class BatchRunner(int threads, RunStore? store = null)
{
    /// <summary>Runs a plan with its seed and those behind it.</summary>
    public Row Run(RunPlan plan, int seeds)
    {
        var results = new List<RunResult>();
        var clock = Stopwatch.StartNew();
        string name = $"{plan.Scenario.Id} N={plan.Peers} {plan.Policy.Name}";
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        console.Progress().Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn()).Start(context =>
        {
            for (int i = 0; i < seeds; i++)
            {
                RunPlan one = plan with { Seed = plan.Seed + i };
                ProgressTask bar = context.AddTask($"{name} seed {one.Seed}", maxValue: 1);
                results.Add(RunOne(one, bar));
                bar.StopTask();
            }
        });
        Console.Error.WriteLine($"{name}: {clock.Elapsed.TotalSeconds:F1} s");
        return new Row(plan.Scenario.Id, plan.Peers, plan.Policy.Name, results);
    }

    private RunResult RunOne(RunPlan plan, ProgressTask bar)
    {
        if (store?.Find(plan) is { } kept)
        {
            return kept;
        }

        try
        {
            RunResult result = Peercast.Simulation.Run.Execute(plan, threads, done => bar.Value = done);
            store?.Add(result);
            return result;
        }
        catch (Exception)
        {
            Console.Error.WriteLine($"The run failed. To repeat it: {plan.Command}");
            throw;
        }
    }
}
