using Peercast.Simulation.Origin;
using Peercast.Simulation.Viewers;

namespace Peercast.Simulation.Measures;

/// <summary>What a run looked like over time, for plots.</summary>
/// <param name="EgressRates">Origin media in each second, in stream rates.</param>
/// <param name="Latencies">Live latency of viewers at whole seconds, ascending, a thousand points at most.</param>
/// <param name="ViewerTimeline">One viewer's media in each second, in stream rates, by source.</param>
internal sealed record RunTrace(
    IReadOnlyList<double> EgressRates, IReadOnlyList<double> Latencies, IReadOnlyList<(double Origin, double Neighbors)> ViewerTimeline)
{
    private const int MostLatencies = 1000;

    public static RunTrace Of(Setting setting, List<ViewerLog> viewers, OriginLedger origin)
    {
        double rate = setting.Broadcast.Plan.Rate / 8.0;
        List<float> latencies = [.. viewers.SelectMany(v => v.Latencies).Order()];
        int step = Math.Max(1, latencies.Count / MostLatencies);

        // One in the middle of the road: half the viewers can give less.
        ViewerLog? typical = viewers.Where(v => v.EndedAt is null && v.Timeline.Count > 0)
            .OrderBy(v => v.Profile.Uplink).ThenBy(v => v.Profile.JoinsAt).ElementAtOrDefault(viewers.Count(v => v.EndedAt is null && v.Timeline.Count > 0) / 2);
        return new RunTrace(
            [.. origin.BytesBySecond.Select(bytes => bytes / rate)],
            [.. latencies.Where((_, i) => i % step == 0).Select(x => (double)x)],
            [.. (typical?.Timeline ?? []).Select(second => (second.Origin / rate, second.Neighbors / rate))]);
    }
}
