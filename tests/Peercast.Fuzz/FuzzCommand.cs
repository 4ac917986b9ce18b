using System.CommandLine;
using System.Diagnostics;
using Peercast.Fuzz.Engine;

namespace Peercast.Fuzz;

/// <summary>Fuzzes the parsers one after the other and writes down what they do not stand.</summary>
internal static class FuzzCommand
{
    // A single input; long before it the run would have been called slow, had it come to an end.
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(60);

    public static RootCommand Create()
    {
        var parsers = new Option<string[]>("--parser")
        {
            Description = $"Which; \"sctp\" is all of its states. All without it: {string.Join(", ", FuzzTargets.Names)}.",
            AllowMultipleArgumentsPerToken = true,
        };
        var inputs = new Option<long>("--inputs") { Description = "Inputs for each.", DefaultValueFactory = _ => 10_000_000 };
        var seed = new Option<int?>("--seed") { Description = "The same seed makes the same inputs. Without it: others each time." };
        var corpus = new Option<string>("--corpus")
        {
            Description = "The folder that gets what breaks something.",
            DefaultValueFactory = _ => Path.Combine("tests", "Peercast.Fuzz", "Corpus"),
        };
        var keep = new Option<bool>("--keep") { Description = "Write down, too, the inputs that went a way of their own." };
        var command = new RootCommand("Fuzzes what reads a peer's bytes.") { parsers, inputs, seed, corpus, keep };
        command.SetAction(arguments => Run(
            [.. FuzzTargets.Names.Where(name => IsWanted(name, arguments.GetValue(parsers) ?? []))],
            arguments.GetValue(inputs),
            arguments.GetValue(seed) ?? Random.Shared.Next(),
            arguments.GetValue(corpus)!,
            arguments.GetValue(keep)));
        return command;
    }

    private static bool IsWanted(string name, string[] wanted) =>
        wanted.Length == 0 || wanted.Any(prefix => name == prefix || name.StartsWith(prefix + "-", StringComparison.Ordinal));

    private static int Run(IReadOnlyList<string> names, long inputs, int seed, string corpus, bool keep)
    {
        if (names.Count == 0)
        {
            Console.Error.WriteLine($"There is no such parser. There are: {string.Join(", ", FuzzTargets.Names)}.");
            return 2;
        }

        Console.WriteLine($"seed {seed}");
        Console.WriteLine($"{"parser",-24}{"inputs",12}{"per s",10}{"ways",7}{"slowest ms",12}{"largest KiB",13}{"heap KiB",10}");
        bool found = false;
        foreach (string name in names)
        {
            FuzzTarget target = FuzzTargets.Create(name);
            string folder = Path.Combine(corpus, target.Corpus);
            var run = new FuzzRun(target, seed);
            using var watch = new Timer(_ => EndIfHanging(run, target, folder), null, Hang, Hang / 4);
            long started = Stopwatch.GetTimestamp();
            try
            {
                FuzzReport report = run.Run(inputs);
                double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
                Console.WriteLine(
                    $"{name,-24}{report.Inputs,12}{report.Inputs / seconds,10:F0}{report.Outcomes,7}{report.Slowest.TotalMilliseconds,12:F1}"
                    + $"{report.LargestAllocation / 1024,13}{report.HeapGrowth / 1024,10}");
                if (keep)
                    Keep(folder, target, report.Kept);
            }
            catch (FuzzFindingException finding)
            {
                found = true;
                Console.WriteLine($"{finding.Message} (written to {Write(folder, finding.FileName, finding.Sample)})");
                Console.WriteLine(finding.InnerException);
            }

            (target as IDisposable)?.Dispose();
        }

        return found ? 1 : 0;
    }

    private static void Keep(string folder, FuzzTarget target, IReadOnlyList<byte[]> inputs)
    {
        foreach (byte[] input in inputs)
        {
            using var file = new MemoryStream();
            if (target.SessionLength == 0)
                file.Write(input);
            else
                FuzzCorpus.Append(file, input);
            Write(folder, FuzzCorpus.FileName("kept", file.ToArray()), file.ToArray());
        }
    }

    private static string Write(string folder, string name, byte[] sample)
    {
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, name);
        File.WriteAllBytes(path, sample);
        return path;
    }

    private static void EndIfHanging(FuzzRun run, FuzzTarget target, string folder)
    {
        if (run.Running < Hang)
            return;
        byte[] session = run.Session;
        string path = Write(folder, FuzzCorpus.FileName("found", session), session);
        Console.WriteLine($"{target.Name}: an input takes more than {Hang.TotalSeconds:F0} s (written to {path})");
        Environment.Exit(1);
    }
}
