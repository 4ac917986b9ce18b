using System.Globalization;
using System.Text;

namespace Peercast.Simulation.Lab;

/// <summary>Measured beside simulated, a measure a line, as a table of Markdown.</summary>
internal static class LabTable
{
    /// <summary>Where the two have to agree, and how closely: the measured over the simulated mean.</summary>
    public static IReadOnlyDictionary<string, double> Tolerances { get; } = new Dictionary<string, double>(StringComparer.Ordinal)
    {
        ["egressRates"] = 0.1,
        ["copiesPerChunk"] = 0.1,
        ["offloadRatio"] = 0.1,
        ["latencySecondsP50"] = 0.2,
        ["latencySecondsP95"] = 0.2,
    };

    /// <summary>The table; the last column says whether the two agree where they have to.</summary>
    /// <param name="simulated">Figures of each seed.</param>
    /// <param name="measured">Figures of each run in the lab.</param>
    public static string Of(IReadOnlyList<SortedDictionary<string, double>> simulated, IReadOnlyList<SortedDictionary<string, double>> measured)
    {
        var text = new StringBuilder("| measure | simulated | measured | ratio | |\n|---|---|---|---|---|\n");
        foreach (string name in Measures.Measures.Names.Where(name => measured.All(m => m.ContainsKey(name))))
        {
            (double mean, double real) = (simulated.Average(f => f[name]), measured.Average(f => f[name]));
            string ratio = mean == 0 ? "" : Text(real / mean, "F2");
            text.Append(CultureInfo.InvariantCulture, $"| {name} | {Cell(simulated, name)} | {Cell(measured, name)} | {ratio} | {Verdict(name, mean, real)} |\n");
        }

        return text.ToString();
    }

    private static string Verdict(string name, double simulated, double measured) =>
        !Tolerances.TryGetValue(name, out double tolerance) ? "" :
        Math.Abs(measured - simulated) <= tolerance * simulated ? "agrees" :
        string.Create(CultureInfo.InvariantCulture, $"off by more than {tolerance * 100:F0}%");

    private static string Cell(IReadOnlyList<SortedDictionary<string, double>> figures, string name)
    {
        string mean = Text(figures.Average(f => f[name]), "G4");
        return figures.Count == 1 ? mean : $"{mean} ({Text(figures.Min(f => f[name]), "G4")}–{Text(figures.Max(f => f[name]), "G4")})";
    }

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
