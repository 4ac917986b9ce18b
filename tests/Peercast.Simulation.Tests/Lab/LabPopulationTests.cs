using Peercast.Simulation.Lab;
using Peercast.Simulation.Network;
using Peercast.Simulation.Policies;
using Peercast.Simulation.Scenarios;

namespace Peercast.Simulation.Tests.Lab;

public sealed class LabPopulationTests
{
    [Theory]
    [InlineData("S1")]
    [InlineData("s2")]
    [InlineData("S6")]
    [InlineData("NAT")]
    public void Parse_WhatWasWritten_IsTheSame(string scenario)
    {
        LabPopulation drawn = Draw(scenario);
        LabPopulation read = LabPopulation.Parse(drawn.Write());
        Assert.Equal(drawn.Write(), read.Write());
        Assert.Equal(drawn.Viewers.Select(v => v with { Profile = v.Profile with { Seeks = [] } }), read.Viewers.Select(v => v with { Profile = v.Profile with { Seeks = [] } }));
        Assert.Equal((TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(100)), (read.Latency, read.Length));
    }

    [Theory]
    [InlineData("viewer 1 100 200 300 pinhole 0 -")]
    [InlineData("viewer 1 100 200 300 open 0")]
    [InlineData("viewer 1 much 200 300 open 0 -")]
    [InlineData("rate")]
    public void Parse_ALineThatIsNone_IsNamed(string line)
    {
        FormatException e = Assert.Throws<FormatException>(() => LabPopulation.Parse(Draw("S1").Write() + line + "\n"));
        Assert.Contains($"\"{line}\"", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_WithoutALength_SaysSo() =>
        Assert.Contains("length", Assert.Throws<FormatException>(() => LabPopulation.Parse(Draw("S1").Write().Replace("length", "width", StringComparison.Ordinal))).Message, StringComparison.Ordinal);

    [Fact]
    public void Draw_Skewed_GivesWhatTheStreamTakesAndAFifthMore()
    {
        LabPopulation population = Draw("S2");
        Assert.InRange(population.Viewers.Average(v => v.Profile.Uplink) / population.Rate, 1.199, 1.201);
        Assert.All(population.Viewers, v => Assert.InRange(v.Profile.Uplink / (double)v.Profile.LineUp, 0.79, 0.81));
        Assert.Equal(population.Viewers.Select(v => v.Profile.JoinsAt).Order(), population.Viewers.Select(v => v.Profile.JoinsAt));
    }

    [Fact]
    public void ToScenario_LinesAreNarrowerByWhatOnlyTheLabSends()
    {
        LabPopulation population = Draw("S2");
        List<PeerProfile> simulated = population.ToScenario(population.Rate).Draw(16, new Timing(default, default), new Random(1));
        Assert.Equal(population.Viewers.Select(v => v.Profile with { LineUp = v.Profile.LineUp - 16_000 }), simulated);
    }

    [Fact]
    public void Draw_Leaving_ThreeInTenGoInTheMiddle() =>
        Assert.Equal([TimeSpan.FromSeconds(80)], Draw("S6").Viewers.Where(v => v.Profile.LeavesAt is not null).Select(v => v.Profile.LeavesAt!.Value).Distinct());

    [Fact]
    public void Draw_Translated_AQuarterEachAndWhatTheSimulatorMakesOfIt()
    {
        var byTranslation = Draw("NAT").Viewers.ToLookup(v => v.Translation, v => v.Profile.Nat);
        Assert.All(Enum.GetValues<LabTranslation>(), translation => Assert.Equal(4, byTranslation[translation].Count()));
        Assert.All(byTranslation[LabTranslation.FullCone].Concat(byTranslation[LabTranslation.Open]), nat => Assert.Equal(NatClass.Open, nat));
        Assert.All(byTranslation[LabTranslation.PortRestricted], nat => Assert.Equal(NatClass.PortRestricted, nat));
        Assert.All(byTranslation[LabTranslation.Symmetric], nat => Assert.Equal(NatClass.Symmetric, nat));
    }

    internal static LabPopulation Draw(string scenario) => LabDraw.Draw(
        new LabRequest(scenario, 16)
        {
            Rate = 1_500_000,
            Latency = TimeSpan.FromSeconds(10),
            Timing = new Timing(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(100)),
            Policy = Policy.Production,
        },
        seed: 3);
}
