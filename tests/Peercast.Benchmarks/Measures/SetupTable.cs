using Peercast.Benchmarks.Ends;

namespace Peercast.Benchmarks.Measures;

/// <summary>How long a connection takes, for each pairing in turn.</summary>
internal static class SetupTable
{
    public static async Task MeasureAsync(EndPool ends, IReadOnlyList<Pairing> pairings, int times, TextWriter output)
    {
        var rows = pairings.ToDictionary(pairing => pairing.Name, _ => new List<double>(), StringComparer.Ordinal);
        for (int i = 0; i < times; i++)
        {
            foreach (Pairing pairing in pairings)
            {
                TimeSpan setup = await TransferMeter.MeasureSetupAsync(await pairing.Sender(ends), await pairing.Receiver(ends));
                rows[pairing.Name].Add(setup.TotalMilliseconds);
            }
        }

        output.WriteLine();
        output.WriteLine($"## setup on loopback, {times} times, signaling between processes included");
        output.WriteLine();
        output.WriteLine("| offerer>answerer | ms |");
        output.WriteLine("|---|---|");
        foreach (Pairing pairing in pairings)
        {
            output.WriteLine($"| {pairing.Name} | {Summary.Of(rows[pairing.Name])} |");
        }

        output.Flush();
    }
}
