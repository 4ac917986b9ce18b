using System.CommandLine;
using Peercast.Benchmarks.Ends;
using Peercast.Benchmarks.Measures;
using Peercast.Benchmarks.Paths;

namespace Peercast.Benchmarks.Commands;

/// <summary><c>transport</c>: transfers of all stacks over all paths, in rounds that alternate between them.</summary>
internal static class TransportCommand
{
    public static Command Create()
    {
        string[] pairings = [.. Pairing.All.Select(pairing => pairing.Name)];
        string[] paths = [.. PathProfile.All.Select(path => path.Name)];
        var rounds = new Option<int>("--rounds") { Description = "Measurements of each row.", DefaultValueFactory = _ => 4 };
        var setups = new Option<int>("--setups") { Description = "Connections that are made to measure how long it takes.", DefaultValueFactory = _ => 20 };
        var seconds = new Option<double>("--seconds") { Description = "How long each is looked at.", DefaultValueFactory = _ => 4 };
        var warmUp = new Option<double>("--warm-up") { Description = "How long it runs before; on paths with delay three times as long.", DefaultValueFactory = _ => 1 };
        var length = new Option<int>("--message") { Description = "Bytes in a message.", DefaultValueFactory = _ => 64 * 1024 };
        var stacks = new Option<string[]>("--stacks")
        {
            Description = $"Which, sender>receiver: {string.Join(", ", pairings)}.",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => pairings,
        };
        var over = new Option<string[]>("--paths")
        {
            Description = $"Over which paths: {string.Join(", ", paths)}.",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => paths,
        };
        var command = new Command("transport", "MB/s, CPU and setup of our stack beside others.") { rounds, setups, seconds, warmUp, length, stacks, over };
        stacks.AcceptOnlyFromAmong(pairings);
        over.AcceptOnlyFromAmong(paths);
        command.SetAction((arguments, cancellation) => RunAsync(
            [.. PathProfile.All.Where(path => arguments.GetValue(over)!.Contains(path.Name))],
            [.. Pairing.All.Where(pairing => arguments.GetValue(stacks)!.Contains(pairing.Name))],
            arguments.GetValue(rounds),
            arguments.GetValue(setups),
            new TransferMeter(arguments.GetValue(length), TimeSpan.FromSeconds(arguments.GetValue(warmUp)), TimeSpan.FromSeconds(arguments.GetValue(seconds))),
            cancellation));
        return command;
    }

    private static async Task<int> RunAsync(
        IReadOnlyList<PathProfile> paths, IReadOnlyList<Pairing> wanted, int rounds, int setups, TransferMeter meter, CancellationToken cancellation)
    {
        var pairings = new List<Pairing>();
        foreach (Pairing pairing in wanted)
        {
            if (await pairing.Unavailable() is { } reason)
            {
                Console.WriteLine($"{pairing.Name} is left out: {reason}.");
            }
            else
            {
                pairings.Add(pairing);
            }
        }

        await using var ends = new EndPool();
        foreach (Pairing pairing in pairings)
        {
            // Not counted: programs that have just begun are still being compiled.
            await meter.MeasureAsync(await pairing.Sender(ends), await pairing.Receiver(ends), PathProfile.Loopback, seed: 0);
        }

        await SetupTable.MeasureAsync(ends, pairings, setups, Console.Out);
        bool allRight = true;
        foreach (PathProfile path in paths)
        {
            TransferMeter suited = path.IsDirect ? meter : meter with { WarmUp = meter.WarmUp * 3 };
            var table = new TransferTable(path, pairings);
            for (int round = 0; round < rounds; round++)
            {
                foreach (Pairing pairing in pairings)
                {
                    cancellation.ThrowIfCancellationRequested();
                    PeerEnd sender = await pairing.Sender(ends), receiver = await pairing.Receiver(ends);
                    table.Add(pairing, await suited.MeasureAsync(sender, receiver, path, seed: round));
                }
            }

            table.Print(Console.Out);
            allRight &= table.IsContentRight;
        }

        return allRight ? 0 : 1;
    }
}
