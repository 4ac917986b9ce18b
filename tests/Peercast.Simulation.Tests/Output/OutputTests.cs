using System.Text.Json;
using System.Xml.Linq;
using Peercast.Simulation.Measures;
using Peercast.Simulation.Output;
using Peercast.Simulation.Policies;
using Peercast.Simulation.Scenarios;

namespace Peercast.Simulation.Tests.Output;

public sealed class OutputTests
{
    [Fact]
    public void Write_TwoSeeds_HasMeanAndSpreadOfEveryMeasure()
    {
        using JsonDocument json = JsonDocument.Parse(JsonReport.Write([Row("S2", 20, 1.0, 3.0)]));
        JsonElement row = json.RootElement.GetProperty("rows")[0];
        Assert.Equal(Simulation.Measures.Measures.Names, row.GetProperty("measures").EnumerateObject().Select(p => p.Name));
        JsonElement egress = row.GetProperty("measures").GetProperty("egressRates");
        Assert.Equal([2.0, 1.0, 3.0], new[] { "mean", "min", "max" }.Select(name => egress.GetProperty(name).GetDouble()));
    }

    [Fact]
    public void Write_RunTooShortToMeasure_HasNoValue()
    {
        using JsonDocument json = JsonDocument.Parse(JsonReport.Write([Row("S2", 20, double.NaN)]));
        JsonElement egress = json.RootElement.GetProperty("rows")[0].GetProperty("measures").GetProperty("egressRates");
        Assert.Equal(JsonValueKind.Null, egress.GetProperty("mean").ValueKind);
    }

    [Fact]
    public void OfSuite_AnyRows_IsXmlWithALineForEachSeries()
    {
        XDocument svg = XDocument.Parse(Plots.OfSuite([Row("S1", 20, 1.5), Row("S1", 100, 2.5), Row("S2", 100, 2), Row("S3-80", 100, 2)]));
        Assert.Equal(5, svg.Descendants().Count(e => e.Name.LocalName == "polyline"));
        Assert.DoesNotContain("NaN", svg.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void OfRows_WithATrace_DrawsEgressLatencyAndSources()
    {
        XDocument svg = XDocument.Parse(Plots.OfRows([Row("S1", 20, 1.5)]));
        Assert.Equal(4, svg.Descendants().Count(e => e.Name.LocalName == "polyline"));
    }

    [Fact]
    public void MarkdownTable_OfRows_HasALineForEachAndCellsAlike()
    {
        string[] lines = MarkdownTable.Of([Row("S1", 20, 1.5), Row("S2", 100, 1, 2)]).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(4, lines.Length);
        Assert.Single(lines.Select(line => line.Count(c => c == '|')).Distinct());
        Assert.Contains("1.50 (1.00–2.00)", lines[3], StringComparison.Ordinal);
    }

    private static Row Row(string scenario, int peers, params double[] values) => new(scenario, peers, "peercast",
    [
        .. values.Select((value, seed) => new RunResult(
            new RunPlan(ScenarioCatalog.Find(scenario)!, peers, seed) { Policy = Policy.Production },
            new SortedDictionary<string, double>(Simulation.Measures.Measures.Names.ToDictionary(name => name, _ => value), StringComparer.Ordinal),
            new RunTrace([1, 2, value], [9, 10, 11], [(1, 0), (0, 1)]))),
    ]);
}
