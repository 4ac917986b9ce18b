using System.Globalization;
using Spectre.Console;

namespace Peercast.Player.Bench;

/// <summary>The report as a table.</summary>
internal static class BenchTable
{
    /// <summary>Prints it.</summary>
    public static void Print(IAnsiConsole console, BenchReport report)
    {
        Table table = new Table().Border(TableBorder.Rounded).AddColumn("measure").AddColumn(new TableColumn("value").RightAligned());
        foreach ((string measure, string value) in Rows(report))
        {
            table.AddRow(Markup.Escape(measure), Markup.Escape(value));
        }

        console.Write(table);
        foreach (string error in report.Errors.Distinct())
        {
            console.MarkupLineInterpolated($"[red]{error}[/]");
        }
    }

    private static IEnumerable<(string Measure, string Value)> Rows(BenchReport r)
    {
        yield return ("viewers", Text(r.Peers) + (r.PeerToPeer ? "" : " (no neighbors: control)"));
        yield return ("seconds", Text(r.Seconds));
        yield return ("media received", Megabytes(r.MediaBytes));
        yield return ("  from the origin", Megabytes(r.OriginBytes));
        yield return ("    startup / seed duty / fallback", $"{Megabytes(r.OriginBytesByCause.Startup)} / {Megabytes(r.OriginBytesByCause.Seed)} / {Megabytes(r.OriginBytesByCause.Fallback)}");
        yield return ("    by the origin's count", Megabytes(r.OriginCountedBytes));
        yield return ("  from neighbors", Megabytes(r.NeighborBytes));
        yield return ("offload ratio", Text(r.OffloadRatio));
        yield return ("copies per chunk", Text(r.CopiesPerChunk));
        yield return ("startup p50 / p95", $"{Text(r.StartupMs.P50)} / {Text(r.StartupMs.P95)} ms");
        yield return ("stalls", $"{Text(r.Stalls)} ({Text(r.StallSeconds)} s)");
        yield return ("continuity index", Text(r.ContinuityIndex));
        yield return ("live latency p50 / p95", $"{Text(r.LatencySeconds.P50)} / {Text(r.LatencySeconds.P95)} s");
        yield return ("duplicates", Text(r.DuplicateRatio));
        yield return ("control", Text(r.ControlRatio));
        yield return ("corrupt chunks", Text(r.CorruptChunks));
        yield return ("connections failed", Text(r.ConnectionsFailed));
        yield return ("upload Gini", Text(r.UploadGini));
        yield return ("CPU", Text(r.CpuSeconds) + " s");
    }

    private static string Megabytes(long bytes) => (bytes / 1e6).ToString("0.00", CultureInfo.InvariantCulture) + " MB";

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
}
