using System.Globalization;
using System.Text.Json;
using Peercast.Protocol.Swarm;

namespace Peercast.Simulation.Lab;

/// <summary>What a lab run left behind in its folder: the population, the origin's counters and the viewers' samples.</summary>
/// <param name="Population">Who watched.</param>
/// <param name="StartedMs">The beginning of the run, Unix milliseconds: the joins count from there.</param>
/// <param name="Origin">The origin's counters, about once a second.</param>
/// <param name="Viewers">The samples of each viewer of the population, in its order; empty where it never found the channel.</param>
internal sealed record LabRun(
    LabPopulation Population, long StartedMs, IReadOnlyList<OriginSample> Origin, IReadOnlyList<IReadOnlyList<ViewerSample>> Viewers)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>Reads the folder.</summary>
    /// <exception cref="IOException">A file is missing.</exception>
    /// <exception cref="FormatException">A file is not what it should be.</exception>
    public static LabRun Read(string folder)
    {
        LabPopulation population = LabPopulation.Parse(File.ReadAllText(Path.Combine(folder, "population.txt")));
        long started = long.Parse(File.ReadAllText(Path.Combine(folder, "started.txt")), NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture);

        // The players are let run a little longer, so that none of them leaves while figures still count.
        double end = started + population.Length.TotalMilliseconds;
        return new LabRun(
            population,
            started,
            [.. Lines<OriginSample>(Path.Combine(folder, "origin.jsonl")).Where(s => s.UnixMs <= end)],
            [.. Enumerable.Range(1, population.Viewers.Count)
                .Select(number => Lines<ViewerSample>(Path.Combine(folder, $"viewer-{number}.jsonl")).Where(s => s.UnixMs <= end).ToList())]);
    }

    private static List<T> Lines<T>(string path)
    {
        try
        {
            return [.. File.ReadLines(path).Select(line => JsonSerializer.Deserialize<T>(line, Json) ?? throw new JsonException("null"))];
        }
        catch (JsonException e)
        {
            throw new FormatException($"{path}: {e.Message}", e);
        }
    }
}

/// <summary>The origin's counters at one moment.</summary>
/// <param name="UnixMs">When.</param>
/// <param name="Stats">As its HTTP interface gives them.</param>
internal sealed record OriginSample(long UnixMs, OriginStats Stats);

/// <summary>Of the origin's statistics of a channel, those that the measures need.</summary>
/// <param name="MediaBytes">Chunk payload sent to viewers.</param>
/// <param name="ChunksServed">Chunks sent to viewers.</param>
/// <param name="ChunksProduced">Chunks made.</param>
/// <param name="MediaBytesProduced">Their payload.</param>
internal sealed record OriginStats(long MediaBytes, long ChunksServed, long ChunksProduced, long MediaBytesProduced);

/// <summary>What one viewer had come to at one moment: a line of what <c>bench --samples</c> writes.</summary>
/// <param name="UnixMs">When.</param>
/// <param name="WatchedMs">Since its start.</param>
/// <param name="StartupMs">From its start to the first whole part; <see langword="null"/> before that.</param>
/// <param name="Statistics">The engine's counters.</param>
internal sealed record ViewerSample(long UnixMs, long WatchedMs, double? StartupMs, SwarmStatistics Statistics);
