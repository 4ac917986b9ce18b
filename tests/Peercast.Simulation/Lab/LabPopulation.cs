using System.Globalization;
using System.Text;
using Peercast.Simulation.Network;
using Peercast.Simulation.Scenarios;

namespace Peercast.Simulation.Lab;

/// <summary>
/// Who watches in a lab run, over which lines, and when: drawn once, built by the script of namespaces, and simulated
/// from the same file. A word and its values on each line, so that a shell reads it as easily.
/// </summary>
internal sealed record LabPopulation
{
    private const string Heading =
        "# viewer NUMBER UPLOAD-LIMIT LINE-UP LINE-DOWN TRANSLATION JOINS LEAVES: bits per second, milliseconds; - stays to the end";

    /// <summary>The scenario's name.</summary>
    public required string Scenario { get; init; }

    /// <summary>How the viewers decide: a policy's name.</summary>
    public required string Policy { get; init; }

    /// <summary>Rate of the stream for which the lines were drawn, in bits per second.</summary>
    public required long Rate { get; init; }

    /// <summary>Live latency aimed at.</summary>
    public required TimeSpan Latency { get; init; }

    /// <summary>From the start until figures count.</summary>
    public required TimeSpan WarmUp { get; init; }

    /// <summary>The whole run, warm-up included.</summary>
    public required TimeSpan Length { get; init; }

    /// <summary>In the order of their joining.</summary>
    public required IReadOnlyList<LabViewer> Viewers { get; init; }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="FormatException">It is no such text; the message names the line.</exception>
    public static LabPopulation Parse(string text)
    {
        var words = new Dictionary<string, string>(StringComparer.Ordinal);
        var viewers = new List<LabViewer>();
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] != '#'))
        {
            string[] parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            try
            {
                if (parts[0] == "viewer")
                {
                    viewers.Add(ParseViewer(parts));
                }
                else
                {
                    words.Add(parts[0], parts[1]);
                }
            }
            catch (Exception e) when (e is IndexOutOfRangeException or InvalidOperationException or ArgumentException or FormatException or OverflowException)
            {
                throw new FormatException($"\"{line}\" is no line of a lab population ({e.Message}).", e);
            }
        }

        string Word(string name) => words.GetValueOrDefault(name) ?? throw new FormatException($"The lab population has no line \"{name}\".");
        return new LabPopulation
        {
            Scenario = Word("scenario"),
            Policy = Word("policy"),
            Rate = Number(Word("rate")),
            Latency = Milliseconds(Word("latency")),
            WarmUp = Milliseconds(Word("warm-up")),
            Length = Milliseconds(Word("length")),
            Viewers = viewers,
        };
    }

    /// <summary>As text.</summary>
    public string Write()
    {
        var text = new StringBuilder();
        void Line(params object[] parts) => text.AppendJoin(' ', parts.Select(part => Convert.ToString(part, CultureInfo.InvariantCulture))).Append('\n');
        Line("# A lab population; written by Peercast.Simulation, read by it and by tests/lab/run.sh.");
        Line("scenario", Scenario);
        Line("policy", Policy);
        Line("rate", Rate);
        Line("latency", Latency.TotalMilliseconds);
        Line("warm-up", WarmUp.TotalMilliseconds);
        Line("length", Length.TotalMilliseconds);
        Line(Heading);
        for (int i = 0; i < Viewers.Count; i++)
        {
            PeerProfile p = Viewers[i].Profile;
            object leaves = p.LeavesAt is { } at ? (long)at.TotalMilliseconds : "-";
            Line("viewer", i + 1, p.StatedUplink, p.LineUp, p.LineDown, Name(Viewers[i].Translation), (long)p.JoinsAt.TotalMilliseconds, leaves);
        }

        return text.ToString();
    }

    /// <summary>The same viewers for the simulator.</summary>
    /// <param name="rate">Of the stream that they really watched, in bits per second.</param>
    public Scenario ToScenario(long rate) => new LabScenario(this, rate);

    private static LabViewer ParseViewer(string[] parts)
    {
        long lineUp = Number(parts[3]);
        LabTranslation translation = Enum.GetValues<LabTranslation>().Single(t => Name(t) == parts[5]);
        return new LabViewer(
            new PeerProfile
            {
                Uplink = Population.UsableOf(lineUp),
                StatedUplink = Number(parts[2]),
                LineUp = lineUp,
                LineDown = Number(parts[4]),
                AccessDelay = LabScenario.AccessDelay,
                Nat = LabViewer.ClassOf(translation),
                JoinsAt = Milliseconds(parts[6]),
                LeavesAt = parts[7] == "-" ? null : Milliseconds(parts[7]),
            },
            translation);
    }

    private static string Name(LabTranslation translation) => translation switch
    {
        LabTranslation.Open => "open",
        LabTranslation.FullCone => "full-cone",
        LabTranslation.PortRestricted => "port-restricted",
        _ => "symmetric",
    };

    private static long Number(string text) => long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    private static TimeSpan Milliseconds(string text) => TimeSpan.FromMilliseconds(Number(text));
}
