using System.Globalization;
using System.Text;

namespace Peercast.Simulation.Output;

/// <summary>A line chart as SVG text, drawn with nothing but arithmetic: the same figures give the same bytes.</summary>
/// <param name="Title">Above it.</param>
/// <param name="XLabel">Below it.</param>
/// <param name="YLabel">At its left.</param>
/// <param name="Series">The lines.</param>
internal sealed record SvgChart(string Title, string XLabel, string YLabel, IReadOnlyList<SvgSeries> Series)
{
    private const int Width = 720, Height = 300, Left = 70, Right = 160, Top = 36, Bottom = 48;
    private const int LegendLine = 15, FewPoints = 12;
    private static readonly string[] Colors = ["#1f6feb", "#d1242f", "#1a7f37", "#9a6700", "#8250df", "#0a7f86", "#bf3989", "#57606a"];

    /// <summary>X by its doublings, for sizes.</summary>
    public bool LogarithmicX { get; init; }

    /// <summary>Y by its powers of ten; all of it above 0.</summary>
    public bool LogarithmicY { get; init; }

    /// <summary>Y begins here rather than at the lowest point.</summary>
    public double? YFrom { get; init; } = 0;

    /// <summary>One document with charts below each other.</summary>
    public static string Document(IReadOnlyList<SvgChart> charts)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Width}\" height=\"{Height * charts.Count}\" font-family=\"sans-serif\" font-size=\"12\">\n");
        text.Append("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
        for (int i = 0; i < charts.Count; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"<g transform=\"translate(0,{i * Height})\">\n");
            charts[i].Draw(text);
            text.Append("</g>\n");
        }

        return text.Append("</svg>\n").ToString();
    }

    private void Draw(StringBuilder text)
    {
        List<(double X, double Y)> all = [.. Series.SelectMany(s => s.Points)];
        if (all.Count == 0)
        {
            return;
        }

        (double x0, double x1) = Widen(all.Min(p => p.X), all.Max(p => p.X));
        (double y0, double y1) = Widen(YFrom ?? all.Min(p => p.Y), all.Max(p => p.Y));
        double X(double x) => Left + (Share(x, x0, x1, LogarithmicX) * (Width - Left - Right));
        double Y(double y) => Height - Bottom - (Share(y, y0, y1, LogarithmicY) * (Height - Top - Bottom));
        Text(text, Left, 20, "start", Title, bold: true);
        Text(text, (Left + Width - Right) / 2.0, Height - 10, "middle", XLabel);
        text.Append(CultureInfo.InvariantCulture, $"<text transform=\"translate(16,{(Top + Height - Bottom) / 2}) rotate(-90)\" text-anchor=\"middle\">{YLabel}</text>\n");
        foreach (double tick in LogarithmicX ? [.. all.Select(p => p.X).Distinct().Order()] : Ticks(x0, x1))
        {
            Line(text, X(tick), Top, X(tick), Height - Bottom, "#eaeef2");
            Text(text, X(tick), Height - Bottom + 16, "middle", Number(tick));
        }

        foreach (double tick in LogarithmicY ? Powers(y0, y1) : Ticks(y0, y1))
        {
            Line(text, Left, Y(tick), Width - Right, Y(tick), "#eaeef2");
            Text(text, Left - 6, Y(tick) + 4, "end", Number(tick));
        }

        for (int i = 0; i < Series.Count; i++)
        {
            DrawSeries(text, i, X, Y, Height - Bottom);
        }
    }

    private void DrawSeries(StringBuilder text, int i, Func<double, double> toX, Func<double, double> toY, double ground)
    {
        // With more lines than colors, the colors come again with dashes.
        string color = Colors[i % Colors.Length], dashes = i < Colors.Length ? "" : " stroke-dasharray=\"5 3\"";
        List<(double X, double Y)> line = [.. Series[i].Points.Select(p => (toX(p.X), toY(p.Y)))];
        string points = string.Join(' ', line.Select(p => $"{Coordinate(p.X)},{Coordinate(p.Y)}"));
        if (Series[i].IsFilled && line.Count > 0)
        {
            string corners = $"{Coordinate(line[0].X)},{Coordinate(ground)} {points} {Coordinate(line[^1].X)},{Coordinate(ground)}";
            text.Append(CultureInfo.InvariantCulture, $"<polygon fill=\"{color}\" points=\"{corners}\"/>\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"<polyline fill=\"none\" stroke=\"{color}\" stroke-width=\"1.5\"{dashes} points=\"{points}\"/>\n");
        foreach ((double x, double y) in line.Count <= FewPoints ? line : [])
        {
            text.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{Coordinate(x)}\" cy=\"{Coordinate(y)}\" r=\"3\" fill=\"{color}\"/>\n");
        }

        double legend = Top + 8 + (i * LegendLine);
        Line(text, Width - Right + 10, legend, Width - Right + 26, legend, color, $" stroke-width=\"2\"{dashes}");
        Text(text, Width - Right + 32, legend + 4, "start", Series[i].Name);
    }

    private static double Share(double value, double from, double to, bool isLogarithmic) =>
        (Scale(value, isLogarithmic) - Scale(from, isLogarithmic)) / (Scale(to, isLogarithmic) - Scale(from, isLogarithmic));

    private static double Scale(double value, bool isLogarithmic) => isLogarithmic ? Scenarios.Draws.Log(Math.Max(value, 1e-9)) : value;

    private static (double From, double To) Widen(double from, double to) => to > from ? (from, to) : (from, from + 1);

    private static IEnumerable<double> Ticks(double from, double to)
    {
        double step = 1;
        for (; (to - from) / step > 6; step *= 10)
        {
        }

        for (; (to - from) / step < 0.6; step /= 10)
        {
        }

        step = (to - from) / step < 1.5 ? step / 5 : (to - from) / step < 3 ? step / 2 : step;
        for (double tick = Math.Ceiling(from / step) * step; tick <= to + (step / 1000); tick += step)
        {
            yield return tick;
        }
    }

    private static IEnumerable<double> Powers(double from, double to)
    {
        for (double tick = 1; tick <= to; tick *= 10)
        {
            if (tick >= from)
            {
                yield return tick;
            }
        }
    }

    private static string Number(double value) => Math.Round(value, 6).ToString("G6", CultureInfo.InvariantCulture);

    private static string Coordinate(double value) => value.ToString("F1", CultureInfo.InvariantCulture);

    private static void Line(StringBuilder text, double x1, double y1, double x2, double y2, string color, string more = "") => text.Append(
        CultureInfo.InvariantCulture, $"<line x1=\"{Coordinate(x1)}\" y1=\"{Coordinate(y1)}\" x2=\"{Coordinate(x2)}\" y2=\"{Coordinate(y2)}\" stroke=\"{color}\"{more}/>\n");

    private static void Text(StringBuilder text, double x, double y, string anchor, string content, bool bold = false) => text.Append(
        CultureInfo.InvariantCulture,
        $"<text x=\"{Coordinate(x)}\" y=\"{Coordinate(y)}\" text-anchor=\"{anchor}\"{(bold ? " font-weight=\"bold\"" : "")}>{System.Security.SecurityElement.Escape(content)}</text>\n");
}

/// <summary>A line of a chart.</summary>
/// <param name="Name">In the legend.</param>
/// <param name="Points">In order of x.</param>
internal sealed record SvgSeries(string Name, IReadOnlyList<(double X, double Y)> Points)
{
    /// <summary>The area below it is filled; what is drawn later lies above.</summary>
    public bool IsFilled { get; init; }
}
