using Peercast.Benchmarks.Ends;
using Peercast.Benchmarks.Paths;

namespace Peercast.Benchmarks.Measures;

/// <summary>The transfers over one path, a row for each pairing, with ratios against the controls of the same rounds.</summary>
internal sealed class TransferTable(PathProfile path, IReadOnlyList<Pairing> pairings)
{
    private readonly Dictionary<string, List<Transfer>> _rows = pairings.ToDictionary(pairing => pairing.Name, _ => new List<Transfer>(), StringComparer.Ordinal);

    /// <summary>Every message of every transfer was what had been sent.</summary>
    public bool IsContentRight => _rows.Values.All(row => row.TrueForAll(transfer => transfer.WrongMessages == 0));

    public void Add(Pairing pairing, Transfer transfer) => _rows[pairing.Name].Add(transfer);

    public void Print(TextWriter output)
    {
        output.WriteLine();
        output.WriteLine($"## {path.Name}{(path.IsDirect ? "" : " (CPU without the relay's)")}");
        output.WriteLine();
        output.WriteLine("| sender>receiver | MB/s | of libdatachannel | of chromium | CPU s/GB | allocated B/MB | content |");
        output.WriteLine("|---|---|---|---|---|---|---|");
        foreach (Pairing pairing in pairings)
        {
            List<Transfer> row = _rows[pairing.Name];
            bool right = row.TrueForAll(transfer => transfer.WrongMessages == 0);
            output.WriteLine(
                $"| {pairing.Name} | {Summary.Of(Rates(row))} | {Ratio(row, Pairing.LibDataChannel)} | {Ratio(row, Pairing.Chromium)} "
                + $"| {Summary.Of(row.Select(transfer => transfer.CpuSecondsPerGigabyte))} "
                + $"| {Summary.Of(row.Select(transfer => transfer.AllocatedPerMegabyte).OfType<double>())} | {(right ? "right" : "WRONG")} |");
        }

        output.Flush();
    }

    private static IReadOnlyList<double> Rates(List<Transfer> row) => [.. row.Select(transfer => transfer.MegabytesPerSecond)];

    private string Ratio(List<Transfer> row, string control) =>
        _rows.TryGetValue(control, out List<Transfer>? controls) ? $"{Summary.OfRatios(Rates(row), Rates(controls)).Median:F2}" : "-";
}
