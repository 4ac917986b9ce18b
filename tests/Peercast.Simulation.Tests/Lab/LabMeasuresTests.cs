using Peercast.Protocol.Primitives;
using Peercast.Protocol.Swarm;
using Peercast.Simulation.Lab;

namespace Peercast.Simulation.Tests.Lab;

/// <summary>A lab run whose figures can be told beforehand: 16 viewers, of whom each takes a quarter of a stream of 800 kb/s from the origin.</summary>
public sealed class LabMeasuresTests
{
    private const long Started = 1_700_000_000_000;
    private const long BytesPerSecond = 100_000;

    [Fact]
    public void RateOf_TheOriginsCounters_IsWhatItProduced() => Assert.Equal(800_000, LabMeasures.RateOf(MakeRun()));

    [Fact]
    public void Of_ARun_AreTheSimulatorsMeasures()
    {
        SortedDictionary<string, double> figures = LabMeasures.Of(MakeRun());
        Assert.Equal(4, figures["egressRates"], 2);
        Assert.Equal(4, figures["copiesPerChunk"], 2);
        Assert.Equal(0.75, figures["offloadRatio"], 3);
        Assert.Equal(0.9, figures["continuityIndex"], 3);
        Assert.Equal(0.02, figures["controlRatio"], 3);
        Assert.Equal(16, figures["meanViewers"], 3);
        Assert.Equal(7.5, figures["latencySecondsP50"], 3);
        Assert.Equal(0.4, figures["startupSecondsP50"], 3);
        Assert.DoesNotContain("diffusionSecondsP50", figures.Keys);
    }

    [Fact]
    public void RateOf_AnOriginThatWasNotWatchedToTheEnd_IsNone() =>
        Assert.Throws<FormatException>(() => LabMeasures.RateOf(MakeRun() with { Origin = [new OriginSample(Started, new OriginStats(0, 0, 0, 0))] }));

    [Fact]
    public void Read_AFolder_TakesTheLinesThatBenchWrites()
    {
        string folder = Directory.CreateTempSubdirectory("peercast-lab-").FullName;
        try
        {
            LabPopulation population = LabPopulationTests.Draw("S1");
            File.WriteAllText(Path.Combine(folder, "population.txt"), population.Write());
            File.WriteAllText(Path.Combine(folder, "started.txt"), $"{Started}\n");
            File.WriteAllText(
                Path.Combine(folder, "origin.jsonl"),
                $$$"""{"unixMs":{{{Started + 5}}},"stats":{"state":"live","mediaBytes":7,"chunksServed":2,"chunksProduced":3,"mediaBytesProduced":9}}""" + "\n");
            const string Viewer = """{"unixMs":AT,"viewer":0,"watchedMs":583,"startupMs":null,"statistics":{"neighborBytes":12,"stallTime":"00:00:01","liveLatency":"00:00:10.5","state":2,"position":{"microseconds":5},"nextToDeliver":{"value":4}}}""" + "\n";
            for (int number = 1; number <= population.Viewers.Count; number++)
            {
                // The second comes after the end of the run.
                File.WriteAllText(
                    Path.Combine(folder, $"viewer-{number}.jsonl"),
                    Viewer.Replace("AT", $"{Started + 9}", StringComparison.Ordinal) + Viewer.Replace("AT", $"{Started + 100_001}", StringComparison.Ordinal));
            }

            LabRun run = LabRun.Read(folder);
            Assert.Equal(Started, run.StartedMs);
            Assert.Equal([new OriginSample(Started + 5, new OriginStats(7, 2, 3, 9))], run.Origin);
            Assert.Equal(16, run.Viewers.Count);
            ViewerSample sample = Assert.Single(run.Viewers[15]);
            Assert.Equal((12, TimeSpan.FromSeconds(10.5), PlaybackState.Playing), (sample.Statistics.NeighborBytes, sample.Statistics.LiveLatency, sample.Statistics.State));
            Assert.Equal((new ChunkId(4), new MediaTime(5)), (sample.Statistics.NextToDeliver, sample.Statistics.Position));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static LabRun MakeRun()
    {
        LabPopulation population = LabPopulationTests.Draw("S1");
        var origin = Enumerable.Range(0, 101).Select(s => new OriginSample(
            Started + (s * 1000), new OriginStats(4 * BytesPerSecond * s, 20 * s, 5 * s, BytesPerSecond * s)));
        return new LabRun(population, Started, [.. origin], [.. population.Viewers.Select(v => Samples(v.Profile.JoinsAt).ToList())]);
    }

    private static IEnumerable<ViewerSample> Samples(TimeSpan joins)
    {
        for (long ms = 500; ms <= 100_000 - joins.TotalMilliseconds; ms += 500)
        {
            long bytes = BytesPerSecond * ms / 1000;
            yield return new ViewerSample(Started + (long)joins.TotalMilliseconds + ms, ms, 400, new SwarmStatistics
            {
                OriginSeedBytes = bytes / 4,
                NeighborBytes = bytes - (bytes / 4),
                ControlBytesSent = bytes / 50,
                ChunksDue = ms / 50,
                ChunksOnTime = ms / 50 * 9 / 10,
                State = PlaybackState.Playing,
                LiveLatency = TimeSpan.FromSeconds(7.5),
            });
        }
    }
}
