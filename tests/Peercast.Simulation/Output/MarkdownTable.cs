using System.Globalization;
using System.Text;

namespace Peercast.Simulation.Output;

/// <summary>Rows below each other with the measures that a reader asks for first; the control without neighbors always takes one rate per viewer.</summary>
internal static class MarkdownTable
{
    private static readonly (string Head, Func<Row, string> Cell)[] Columns =
    [
        ("scenario", r => r.Scenario),
        ("viewers", r => r.Peers.ToString(CultureInfo.InvariantCulture)),
        ("egress, rates", r => Spread(r, "egressRates")),
        ("bound", r => Text(r.Mean("boundRates"), "F1")),
        ("no P2P", r => Text(r.Mean("meanViewers"), "F0")),
        ("offload", r => Text(r.Mean("offloadRatio") * 100, "F1") + "%"),
        ("copies", r => Text(r.Mean("copiesPerChunk"), "F1")),
        ("continuity", r => Text(r.Mean("continuityIndex") * 100, "F3") + "%"),
        ("without fallback", r => Text(r.Mean("continuityWithoutFallback") * 100, "F2") + "%"),
        ("longest stall", r => Text(r.Max("longestStallSeconds"), "F1") + " s"),
        ("latency p95", r => Text(r.Mean("latencySecondsP95"), "F1") + " s"),
        ("startup p95", r => Text(r.Mean("startupSecondsP95"), "F2") + " s"),
        ("duplicates", r => Text(r.Mean("duplicateRatio") * 100, "F2") + "%"),
        ("control", r => Text(r.Mean("controlRatio") * 100, "F2") + "%"),
    ];

    /// <param name="rows">One a line.</param>
    /// <param name="goals">How a row stands to its goals; <see langword="null"/>: without that column.</param>
    public static string Of(IReadOnlyList<Row> rows, Func<Row, string>? goals = null)
    {
        (string Head, Func<Row, string> Cell)[] columns = goals is null ? Columns : [.. Columns, ("goals met", goals)];
        var text = new StringBuilder();
        text.Append("| ").AppendJoin(" | ", columns.Select(c => c.Head)).Append(" |\n|").Insert(text.Length, "---|", columns.Length).Append('\n');
        foreach (Row row in rows)
        {
            text.Append("| ").AppendJoin(" | ", columns.Select(c => c.Cell(row))).Append(" |\n");
        }

        return text.ToString();
    }

    private static string Spread(Row row, string measure) => row.Results.Count == 1
        ? Text(row.Mean(measure), "F2")
        : $"{Text(row.Mean(measure), "F2")} ({Text(row.Min(measure), "F2")}–{Text(row.Max(measure), "F2")})";

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
