using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Peercast.Player.Bench;

/// <summary>What a run measured; the measures are defined in player/Bench/MEASURES.md.</summary>
internal sealed record BenchReport
{
    /// <summary>Viewers that took part.</summary>
    public required int Peers { get; init; }

    /// <summary>From the first join to the end.</summary>
    public required double Seconds { get; init; }

    /// <summary>Whether neighbors were used; <see langword="false"/> in the control run.</summary>
    public required bool PeerToPeer { get; init; }

    /// <summary>Chunk payload received once, by all viewers.</summary>
    public required long MediaBytes { get; init; }

    /// <summary>Chunk payload that came from the origin, by the viewers' count; what it sent twice counts twice.</summary>
    public required long OriginBytes { get; init; }

    /// <summary>The same by the origin's own count over the same time; it also counts any other viewer of the channel.</summary>
    public required long OriginCountedBytes { get; init; }

    /// <summary>Chunk payload that came from neighbors.</summary>
    public required long NeighborBytes { get; init; }

    /// <summary>Neighbor bytes over neighbor and origin bytes.</summary>
    public required double OffloadRatio { get; init; }

    /// <summary>Origin bytes over the bytes of the distinct chunks that the viewers received.</summary>
    public required double CopiesPerChunk { get; init; }

    /// <summary>From the start of a viewer to its first whole part, in milliseconds.</summary>
    public required Quantiles StartupMs { get; init; }

    /// <summary>How often playback stood still, over all viewers.</summary>
    public required int Stalls { get; init; }

    /// <summary>How long it did, over all viewers.</summary>
    public required double StallSeconds { get; init; }

    /// <summary>Chunks on time over chunks due.</summary>
    public required double ContinuityIndex { get; init; }

    /// <summary>Origin's wall clock at the playhead minus the manifest's, sampled twice a second at each viewer, in seconds.</summary>
    public required Quantiles LatencySeconds { get; init; }

    /// <summary>Payload received in vain over media bytes.</summary>
    public required double DuplicateRatio { get; init; }

    /// <summary>Bytes sent to neighbors that are no payload, over media bytes.</summary>
    public required double ControlRatio { get; init; }

    /// <summary>Chunks with a wrong hash; none was played.</summary>
    public required long CorruptChunks { get; init; }

    /// <summary>Attempts to connect to a neighbor that failed.</summary>
    public required int ConnectionsFailed { get; init; }

    /// <summary>Origin bytes by cause: before playback, on seed duty, and because no neighbor would have been in time.</summary>
    public required OriginCauses OriginBytesByCause { get; init; }

    /// <summary>Gini coefficient of what the viewers uploaded; 0 is everybody the same.</summary>
    public required double UploadGini { get; init; }

    /// <summary>Processor time of this process over the run, in seconds.</summary>
    public required double CpuSeconds { get; init; }

    /// <summary>Viewers that ended with an error, and what it was.</summary>
    public required ImmutableArray<string> Errors { get; init; }

    /// <summary>Each viewer by itself.</summary>
    public required ImmutableArray<ViewerFigures> Viewers { get; init; }

    /// <summary>Writes the report as JSON.</summary>
    public void Write(string path) => File.WriteAllBytes(path, JsonSerializer.SerializeToUtf8Bytes(this, BenchJson.Default.BenchReport));
}

/// <summary>Nearest-rank quantiles; 0 without samples.</summary>
internal sealed record Quantiles(double P50, double P95)
{
    /// <summary>Takes them from samples in any order.</summary>
    public static Quantiles Of(IEnumerable<double> samples)
    {
        double[] sorted = [.. samples.Order()];
        return new Quantiles(Rank(sorted, 0.50), Rank(sorted, 0.95));
    }

    private static double Rank(double[] sorted, double share) =>
        sorted.Length == 0 ? 0 : Math.Round(sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Length) - 1, 0, sorted.Length - 1)], 3);
}

/// <summary>Origin bytes by cause.</summary>
internal sealed record OriginCauses(long Startup, long Seed, long Fallback);

/// <summary>One viewer's figures.</summary>
internal sealed record ViewerFigures(
    long OriginBytes,
    long NeighborBytes,
    long UploadedBytes,
    double StartupMs,
    int Stalls,
    double StallSeconds,
    long ChunksDue,
    long ChunksOnTime,
    double LatencyP50Seconds,
    int Neighbors,
    int NeighborsTotal,
    int ConnectionsFailed,
    long RequestsSent,
    long RequestsRejected,
    long RequestsTimedOut);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(BenchReport))]
internal sealed partial class BenchJson : JsonSerializerContext;
