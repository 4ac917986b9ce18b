using System.CommandLine;
using Peercast.Simulation.Output;
using Peercast.Simulation.Scenarios;

namespace Peercast.Simulation.Commands;

/// <summary>The options that more than one command has.</summary>
internal sealed class SharedOptions
{
    private readonly Option<int> _seeds = new("--seeds") { Description = "How many runs with different chance.", DefaultValueFactory = _ => 1 };
    private readonly Option<int> _firstSeed = new("--first-seed") { Description = "The first run's seed; the others count on.", DefaultValueFactory = _ => 1 };
    private readonly Option<double?> _seconds = new("--seconds") { Description = "Simulated seconds, warm-up included, where not as the scenario says." };
    private readonly Option<double?> _warmUp = new("--warm-up") { Description = "Seconds before figures count, where not as the scenario says." };
    private readonly Option<int> _threads = new("--threads") { Description = "Processor cores to use.", DefaultValueFactory = _ => Environment.ProcessorCount };
    private readonly Option<FileInfo?> _json = new("--json") { Description = "Where to write the figures." };
    private readonly Option<FileInfo?> _plot = new("--plot") { Description = "Where to draw them, as SVG." };

    /// <summary>Adds them to a command.</summary>
    public Command AddTo(Command command)
    {
        foreach (Option option in new Option[] { _seeds, _firstSeed, _seconds, _warmUp, _threads, _json, _plot })
        {
            command.Add(option);
        }

        return command;
    }

    public int Seeds(ParseResult arguments) => arguments.GetValue(_seeds);

    public int Threads(ParseResult arguments) => arguments.GetValue(_threads);

    public BatchRunner Runner(ParseResult arguments, RunStore? store = null) => new(Threads(arguments), store);

    /// <summary>The plan of the first seed.</summary>
    public RunPlan Plan(ParseResult arguments, Scenario scenario, int peers) => new(scenario, peers, arguments.GetValue(_firstSeed))
    {
        Length = arguments.GetValue(_seconds) is { } length ? TimeSpan.FromSeconds(length) : null,
        WarmUp = arguments.GetValue(_warmUp) is { } warmUp ? TimeSpan.FromSeconds(warmUp) : null,
    };

    /// <summary>Writes what was asked for.</summary>
    public void Write(ParseResult arguments, IReadOnlyList<Row> rows, Func<IReadOnlyList<Row>, string> plot)
    {
        if (arguments.GetValue(_json) is { } json)
        {
            File.WriteAllText(json.FullName, JsonReport.Write(rows));
        }

        if (arguments.GetValue(_plot) is { } svg)
        {
            File.WriteAllText(svg.FullName, plot(rows));
        }
    }
}
