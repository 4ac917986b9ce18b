using System.Globalization;
using System.Text;

namespace Peercast.Benchmarks.Measures;

/// <summary>Rates over time as SVG text, one chart below the other.</summary>
internal static class Plot
{
    private const int Width = 760;
    private const int Height = 260;
    private const int Left = 60;
    private const int Right = 150;
    private const int Top = 34;
    private const int Bottom = 40;
    private static readonly string[] Colors = ["#1f6feb", "#d1242f", "#1a7f37", "#9a6700"];

    /// <summary>One chart.</summary>
    /// <param name="Title">Above it.</param>
    /// <param name="SecondsPerPoint">Between two values of a line.</param>
    /// <param name="Highest">The top of the scale, in Mbit/s.</param>
    /// <param name="Lines">Name and Mbit/s.</param>
    internal sealed record Chart(string Title, double SecondsPerPoint, double Highest, IReadOnlyList<(string Name, double[] Values)> Lines);

    /// <summary>Draws them.</summary>
    public static string Document(IReadOnlyList<Chart> charts)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Width}\" height=\"{Height * charts.Count}\" font-family=\"sans-serif\" font-size=\"12\">\n");
        text.Append("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
        for (int i = 0; i < charts.Count; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"<g transform=\"translate(0,{i * Height})\">\n");
            Draw(text, charts[i]);
            text.Append("</g>\n");
        }

        return text.Append("</svg>\n").ToString();
    }

    private static void Draw(StringBuilder text, Chart chart)
    {
        double seconds = chart.Lines.Max(line => line.Values.Length) * chart.SecondsPerPoint;
        double X(double second) => Left + (second / seconds * (Width - Left - Right));
        double Y(double rate) => Height - Bottom - (Math.Min(rate, chart.Highest) / chart.Highest * (Height - Top - Bottom));
        Label(text, Left, 20, "start", chart.Title);
        Label(text, (Left + Width - Right) / 2.0, Height - 8, "middle", "seconds");
        for (double second = 0; second <= seconds; second += 10)
        {
            Line(text, X(second), Top, X(second), Height - Bottom, "#eaeef2");
            Label(text, X(second), Height - Bottom + 16, "middle", second.ToString(CultureInfo.InvariantCulture));
        }

        for (double rate = 0; rate <= chart.Highest; rate += 10)
        {
            Line(text, Left, Y(rate), Width - Right, Y(rate), "#eaeef2");
            Label(text, Left - 6, Y(rate) + 4, "end", $"{rate} Mbit/s");
        }

        for (int i = 0; i < chart.Lines.Count; i++)
        {
            (string name, double[] values) = chart.Lines[i];
            string points = string.Join(' ', values.Select((value, at) => string.Create(CultureInfo.InvariantCulture, $"{X((at + 0.5) * chart.SecondsPerPoint):F1},{Y(value):F1}")));
            text.Append(CultureInfo.InvariantCulture, $"<polyline fill=\"none\" stroke=\"{Colors[i]}\" stroke-width=\"1.5\" points=\"{points}\"/>\n");
            Line(text, Width - Right + 10, Top + 8 + (i * 18), Width - Right + 26, Top + 8 + (i * 18), Colors[i]);
            Label(text, Width - Right + 32, Top + 12 + (i * 18), "start", name);
        }
    }

    private static void Line(StringBuilder text, double x1, double y1, double x2, double y2, string color) => text.Append(
        CultureInfo.InvariantCulture, $"<line x1=\"{x1:F1}\" y1=\"{y1:F1}\" x2=\"{x2:F1}\" y2=\"{y2:F1}\" stroke=\"{color}\"/>\n");

    private static void Label(StringBuilder text, double x, double y, string anchor, string content) => text.Append(
        CultureInfo.InvariantCulture, $"<text x=\"{x:F1}\" y=\"{y:F1}\" text-anchor=\"{anchor}\">{System.Security.SecurityElement.Escape(content)}</text>\n");
}
