using Peercast.Simulation.Kernel;
using Peercast.Simulation.Network;
using Peercast.Simulation.Policies;
using Peercast.Simulation.Scenarios;

namespace Peercast.Simulation.Lab;

/// <summary>Draws the populations that the lab can build: those of the scenarios of the same name, and one behind address translation.</summary>
internal static class LabDraw
{
    private const double MeanUplinkOverRate = 1.2;

    /// <summary>The scenarios by name, and what each is about.</summary>
    public static IReadOnlyList<(string Name, string About)> Scenarios { get; } =
    [
        ("S1", "equal uplinks, mean 1.2 rates"),
        ("S2", "skewed uplinks, mean 1.2 rates"),
        ("S6", "S2, 30% leave in the same instant, in the middle of the measured time"),
        ("NAT", "S2, a quarter of the viewers each without address translation, behind full cone, port restricted and symmetric"),
    ];

    /// <summary>Draws one.</summary>
    /// <param name="request">Which, and how large.</param>
    /// <param name="seed">All chance.</param>
    /// <exception cref="ArgumentException">There is no scenario of that name.</exception>
    public static LabPopulation Draw(LabRequest request, int seed)
    {
        string name = Scenarios.Select(s => s.Name).FirstOrDefault(n => string.Equals(n, request.Scenario, StringComparison.OrdinalIgnoreCase))
            ?? throw new ArgumentException($"The lab has no scenario \"{request.Scenario}\".", nameof(request));
        var random = new Random(HashCode32.Of(seed, 0, 10));
        List<PeerProfile> profiles = name == "S1"
            ? Population.Equal(request.Viewers, request.Rate, MeanUplinkOverRate, request.Timing, random)
            : Population.SkewedTo(request.Viewers, request.Rate, MeanUplinkOverRate, request.Timing, random);
        if (name == "S6")
        {
            Population.Change(profiles, 0.3, random, p => p with { LeavesAt = request.Timing.At(0.5) });
        }

        LabTranslation[] translations = new LabTranslation[profiles.Count];
        if (name == "NAT")
        {
            translations = [.. Enumerable.Range(0, profiles.Count).Select(i => (LabTranslation)(i % 4))];
            random.Shuffle(translations);
        }

        return new LabPopulation
        {
            Scenario = name,
            Policy = request.Policy.Name,
            Rate = request.Rate,
            Latency = request.Latency,
            WarmUp = request.Timing.WarmUp,
            Length = request.Timing.Length,
            Viewers = [.. profiles.Zip(translations, (p, t) => new LabViewer(Fit(p, t), t)).OrderBy(v => v.Profile.JoinsAt)],
        };
    }

    private static PeerProfile Fit(PeerProfile profile, LabTranslation translation) => profile with
    {
        Uplink = Population.UsableOf(profile.LineUp),
        AccessDelay = LabScenario.AccessDelay,
        Nat = LabViewer.ClassOf(translation),
    };
}

/// <summary>What a lab run is to be.</summary>
/// <param name="Scenario">The name of one of <see cref="LabDraw.Scenarios"/>.</param>
/// <param name="Viewers">How many.</param>
internal sealed record LabRequest(string Scenario, int Viewers)
{
    /// <summary>The rate of the stream, in bits per second.</summary>
    public required long Rate { get; init; }

    /// <summary>Live latency aimed at.</summary>
    public required TimeSpan Latency { get; init; }

    /// <summary>How long it takes, and from when on figures count.</summary>
    public required Timing Timing { get; init; }

    /// <summary>How the viewers decide; the lab knows production and the control without neighbors.</summary>
    public required Policy Policy { get; init; }
}
