using System.Text.Json;
using System.Text.Json.Serialization;
using Peercast.Protocol.Swarm;

namespace Peercast.Player.Bench;

/// <summary>
/// The file of <c>--samples</c>: what every viewer had come to at each sampling, a JSON object a line, for figures over
/// any span of time and over the viewers of several processes.
/// </summary>
internal sealed class SampleFile : IDisposable
{
    private readonly StreamWriter _lines;

    private SampleFile(string path) => _lines = new StreamWriter(path) { AutoFlush = true };

    /// <summary>Opens it anew; <see langword="null"/> where none is wanted.</summary>
    /// <exception cref="PlayerException">It cannot be written.</exception>
    public static SampleFile? Open(string? path) => path is null ? null : ReportFile.Guard(path, "samples", "--samples", p => new SampleFile(p));

    /// <summary>Adds a line; a viewer that has not found the channel yet has none.</summary>
    /// <param name="now">The wall clock.</param>
    /// <param name="number">The viewer's place in the run.</param>
    /// <param name="viewer">The viewer, just sampled.</param>
    public void Add(DateTimeOffset now, int number, BenchViewer viewer)
    {
        if (viewer.Statistics is { } statistics)
        {
            var sample = new BenchSample(
                now.ToUnixTimeMilliseconds(), number, (long)viewer.Watched.TotalMilliseconds, viewer.Startup?.TotalMilliseconds, statistics);
            _lines.WriteLine(JsonSerializer.Serialize(sample, SampleJson.Default.BenchSample));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _lines.Dispose();
}

/// <summary>What one viewer had come to.</summary>
/// <param name="UnixMs">When, by this machine's clock.</param>
/// <param name="Viewer">Its place in the run, from 0.</param>
/// <param name="WatchedMs">Since its start.</param>
/// <param name="StartupMs">From its start to the first whole part; <see langword="null"/> before that.</param>
/// <param name="Statistics">The engine's counters since its start.</param>
internal sealed record BenchSample(long UnixMs, int Viewer, long WatchedMs, double? StartupMs, SwarmStatistics Statistics);

// What follows from other properties is left out.
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, IgnoreReadOnlyProperties = true)]
[JsonSerializable(typeof(BenchSample))]
internal sealed partial class SampleJson : JsonSerializerContext;
