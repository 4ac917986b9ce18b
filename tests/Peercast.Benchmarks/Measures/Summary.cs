namespace Peercast.Benchmarks.Measures;

/// <summary>Several measurements of the same thing: the middle one and the range.</summary>
internal readonly record struct Summary(double Median, double Lowest, double Highest)
{
    public static Summary Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0
            ? new Summary(double.NaN, double.NaN, double.NaN)
            : new Summary((sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2, sorted[0], sorted[^1]);
    }

    /// <summary>The middle of the ratios of what was measured in the same round: what the machine did to both cancels out.</summary>
    public static Summary OfRatios(IReadOnlyList<double> values, IReadOnlyList<double> controls) => Of(values.Zip(controls, (value, control) => value / control));

    public override string ToString() => double.IsNaN(Median) ? "-" : $"{Median:F1} [{Lowest:F1}..{Highest:F1}]";
}
