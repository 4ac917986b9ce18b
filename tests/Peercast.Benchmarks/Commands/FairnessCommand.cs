using System.CommandLine;
using System.Net;
using Peercast.Benchmarks.Fairness;
using Peercast.Benchmarks.Measures;
using Peercast.WebRtc;

namespace Peercast.Benchmarks.Commands;

/// <summary><c>fairness</c>: our flow beside TCP and beside another of ours, on one bottleneck of 50 Mbit/s, 40 ms and 250 kB of queue.</summary>
internal static class FairnessCommand
{
    public static Command Create()
    {
        string[] controls = Enum.GetNames<CongestionControl>();
        var control = new Option<string[]>("--congestion")
        {
            Description = $"How ours behave: {string.Join(", ", controls)}.",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => controls,
        };
        control.AcceptOnlyFromAmong(controls);
        var seconds = new Option<double>("--seconds") { Description = "How long each run takes.", DefaultValueFactory = _ => 50 };
        var plot = new Option<FileInfo>("--plot") { Description = "Where to draw the rates over time, as SVG.", DefaultValueFactory = _ => new FileInfo("fairness.svg") };
        var command = new Command("fairness", "Shares of a bottleneck; needs root, for it makes network namespaces.") { control, seconds, plot };
        command.SetAction(async (arguments, cancellation) =>
        {
            var charts = new List<Plot.Chart>();
            Console.WriteLine("| run | first, both there (Mbit/s) | second | second's share | second alone |");
            Console.WriteLine("|---|---|---|---|---|");
            foreach (string name in arguments.GetValue(control)!)
            {
                foreach (bool tcp in (bool[])[true, false])
                {
                    await using var run = new FairnessRun(name, tcp, TimeSpan.FromSeconds(arguments.GetValue(seconds)));
                    FairnessResult result = await run.RunAsync(cancellation);
                    charts.Add(result.Chart);
                    Console.WriteLine(
                        $"| {result.Chart.Title} | {result.First:F1} | {result.Second:F1} | {result.Second / (result.First + result.Second):P0} | {result.SecondAlone:F1} |");
                }
            }

            await File.WriteAllTextAsync(arguments.GetValue(plot)!.FullName, Plot.Document(charts), cancellation);
            PrintOverTime(charts);
            return 0;
        });
        return command;
    }

    /// <summary>The TCP flow's two ends, each in the namespace that it is started in.</summary>
    public static IEnumerable<Command> TcpEnds()
    {
        yield return End("tcp-sink", (at, _) => TcpFlow.ReceiveAsync(at));
        yield return End("tcp-source", TcpFlow.SendAsync);
    }

    private static Command End(string name, Func<IPEndPoint, CancellationToken, Task> run)
    {
        var address = new Argument<string>("address");
        var port = new Argument<int>("port");
        var command = new Command(name, "One end of the TCP flow.") { address, port };
        command.Hidden = true;
        command.SetAction(async (arguments, cancellation) =>
        {
            await run(new IPEndPoint(IPAddress.Parse(arguments.GetValue(address)!), arguments.GetValue(port)), cancellation);
            return 0;
        });
        return command;
    }

    private static void PrintOverTime(List<Plot.Chart> charts)
    {
        foreach (Plot.Chart chart in charts)
        {
            Console.WriteLine();
            Console.WriteLine($"{chart.Title}, Mbit/s every {chart.SecondsPerPoint} s:");
            foreach ((string name, double[] values) in chart.Lines)
            {
                Console.WriteLine($"  {name}: {string.Join(' ', values.Select(value => $"{value:F0}"))}");
            }
        }
    }
}
