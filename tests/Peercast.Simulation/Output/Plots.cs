namespace Peercast.Simulation.Output;

/// <summary>Which charts show what.</summary>
internal static class Plots
{
    /// <summary>Of one scenario: the origin's egress over time, the latency of the viewers, one viewer's sources.</summary>
    public static string OfRows(IReadOnlyList<Row> rows)
    {
        RunResult first = rows[0].Results[0];
        string name = $"{rows[0].Scenario}, N={rows[0].Peers}, seed {first.Plan.Seed}";
        return SvgChart.Document(
        [
            new SvgChart(
                $"Origin egress: {name}", "seconds", "stream rates",
                [.. rows.Select(r => new SvgSeries(r.Policy, [.. r.Results[0].Trace.EgressRates.Select((y, x) => ((double)x, y))]))]),
            new SvgChart(
                $"Live latency: {name}", "seconds", "share of viewer seconds",
                [.. rows.Select(r => new SvgSeries(r.Policy, Distribution(r.Results[0].Trace.Latencies)))]),
            new SvgChart(
                $"Sources of one viewer: {name}", "seconds since the join", "stream rates, on top of each other",
                [
                    new SvgSeries("neighbors", [.. first.Trace.ViewerTimeline.Select((s, x) => ((double)x, s.Origin + s.Neighbors))]) { IsFilled = true },
                    new SvgSeries("origin", [.. first.Trace.ViewerTimeline.Select((s, x) => ((double)x, s.Origin))]) { IsFilled = true },
                ]),
        ]);
    }

    /// <summary>Of a suite: egress against the size beside that without neighbors, continuity against the mean uplink.</summary>
    public static string OfSuite(IReadOnlyList<Row> rows)
    {
        var bySize = rows.GroupBy(r => r.Scenario).Select(g => new SvgSeries(
            g.Key, [.. g.OrderBy(r => r.Peers).Select(r => ((double)r.Peers, r.Mean("egressRates")))]));
        var alone = new SvgSeries(
            "no neighbors", [.. rows.GroupBy(r => r.Peers).OrderBy(g => g.Key).Select(g => ((double)g.Key, g.Max(r => r.Mean("meanViewers"))))]);
        (string Scenario, double MeanUplink)[] uplinks = [("S3-80", 0.8), ("S3-95", 0.95), ("S2", 1.2)];
        var byUplink = rows.Where(r => uplinks.Any(u => u.Scenario == r.Scenario)).GroupBy(r => r.Peers).OrderBy(g => g.Key).Select(g => new SvgSeries(
            $"N={g.Key}",
            [.. g.Select(r => (uplinks.First(u => u.Scenario == r.Scenario).MeanUplink, r.Mean("continuityWithoutFallback"))).OrderBy(p => p.MeanUplink)]));
        return SvgChart.Document(
        [
            new SvgChart("What the origin sends", "viewers", "stream rates", [alone, .. bySize]) { LogarithmicX = true, LogarithmicY = true, YFrom = 1 },
            new SvgChart("Continuity without fallback", "mean uplink over rate", "chunks on time", [.. byUplink]) { YFrom = null },
        ]);
    }

    private static List<(double X, double Y)> Distribution(IReadOnlyList<double> ascending) =>
        [.. ascending.Select((x, i) => (x, (i + 1.0) / ascending.Count))];
}
