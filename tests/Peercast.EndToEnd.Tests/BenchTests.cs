using System.Diagnostics;
using System.Text.Json;

namespace Peercast.EndToEnd.Tests;

/// <summary><c>bench</c> as it is typed.</summary>
[Collection(SharedOrigin.Tests)]
public sealed class BenchTests(SharedOrigin shared) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("peercast-bench-").FullName;

    [Fact]
    public async Task Bench_FourViewers_ReportsEveryMeasure()
    {
        string json = Path.Combine(_folder, "report.json"), samples = Path.Combine(_folder, "samples.jsonl");
        long started = Stopwatch.GetTimestamp();
        await using RunningProgram bench = RunningProgram.Player(["bench", shared.Link, "--peers", "4", "--seconds", "15", "--json", json, "--samples", samples]);
        Assert.Equal(0, await bench.EndAsync(TimeSpan.FromMinutes(3)));
        double elapsed = Stopwatch.GetElapsedTime(started).TotalSeconds;

        Assert.Equal([], bench.Errors);
        Assert.Contains(bench.Output, line => line.Contains("offload ratio", StringComparison.Ordinal));
        using JsonDocument report = JsonDocument.Parse(await File.ReadAllBytesAsync(json));
        JsonElement root = report.RootElement;
        string[] numbers =
        [
            "seconds", "mediaBytes", "originBytes", "neighborBytes", "offloadRatio", "copiesPerChunk", "stalls", "stallSeconds",
            "continuityIndex", "duplicateRatio", "controlRatio", "corruptChunks", "connectionsFailed",
        ];
        Assert.All(numbers, name => Assert.Equal(JsonValueKind.Number, root.GetProperty(name).ValueKind));
        Assert.All(["startupMs", "latencySeconds"], name => Assert.InRange(root.GetProperty(name).GetProperty("p50").GetDouble(), 0.001, root.GetProperty(name).GetProperty("p95").GetDouble()));
        Assert.Equal(4, root.GetProperty("peers").GetInt32());
        Assert.InRange(root.GetProperty("seconds").GetDouble(), 15, elapsed);
        Assert.Equal(0, root.GetProperty("corruptChunks").GetInt64());
        Assert.InRange(root.GetProperty("neighborBytes").GetInt64(), 1, long.MaxValue);
        Assert.Equal(root.GetProperty("mediaBytes").GetInt64(), root.GetProperty("originBytes").GetInt64() + root.GetProperty("neighborBytes").GetInt64());
        double counted = root.GetProperty("originCountedBytes").GetDouble();
        Assert.InRange(root.GetProperty("originBytes").GetDouble(), 0.98 * counted, 1.02 * counted);

        // The last sample of each viewer is what the report was made of.
        var last = new Dictionary<int, long>();
        foreach (string line in await File.ReadAllLinesAsync(samples))
        {
            using JsonDocument sample = JsonDocument.Parse(line);
            JsonElement statistics = sample.RootElement.GetProperty("statistics");
            last[sample.RootElement.GetProperty("viewer").GetInt32()] = statistics.GetProperty("neighborBytes").GetInt64();
        }

        Assert.Equal([0, 1, 2, 3], last.Keys.Order());
        Assert.Equal(root.GetProperty("neighborBytes").GetInt64(), last.Values.Sum());
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
