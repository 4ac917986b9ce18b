using System.Globalization;

namespace Peercast.Simulation.Output;

/// <summary>Prints rows side by side, a measure a line.</summary>
internal static class Table
{
    public static void Print(IReadOnlyList<Row> rows)
    {
        int width = rows.Max(r => Head(r).Length) + 2;
        Console.WriteLine("measure".PadRight(28) + string.Concat(rows.Select(r => Head(r).PadLeft(Math.Max(width, 26)))));
        foreach (string name in Measures.Measures.Names)
        {
            Console.WriteLine(name.PadRight(28) + string.Concat(rows.Select(r => Cell(r, name).PadLeft(Math.Max(width, 26)))));
        }
    }

    private static string Head(Row row) => $"{row.Scenario} N={row.Peers} {row.Policy}";

    private static string Cell(Row row, string name)
    {
        string mean = Text(row.Mean(name));
        return row.Results.Count == 1 ? mean : $"{mean} ({Text(row.Min(name))}-{Text(row.Max(name))})";
    }

    private static string Text(double value) => value.ToString("G4", CultureInfo.InvariantCulture);
}
