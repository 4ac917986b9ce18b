using Peercast.Simulation.Lab;

namespace Peercast.Simulation.Tests.Lab;

public sealed class LabTableTests
{
    [Fact]
    public void Of_Figures_SaysWhereTheyAgree()
    {
        string[] lines = LabTable.Of(
            [Figures(egress: 2, latency: 10), Figures(egress: 4, latency: 10)],
            [Figures(egress: 3.2, latency: 7.9)]).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains("| egressRates | 3 (2–4) | 3.2 | 1.07 | agrees |", lines);
        Assert.Contains("| latencySecondsP95 | 10 (10–10) | 7.9 | 0.79 | off by more than 20% |", lines);
        Assert.Contains("| stalls | 0 (0–0) | 0 |  |  |", lines);
        Assert.Equal(5, lines.Length);
    }

    private static SortedDictionary<string, double> Figures(double egress, double latency) => new(StringComparer.Ordinal)
    {
        ["egressRates"] = egress,
        ["latencySecondsP95"] = latency,
        ["stalls"] = 0,
    };
}
