using Peercast.Simulation.Network;
using Peercast.Simulation.Policies;
using Peercast.Simulation.Scenarios;

namespace Peercast.Simulation.Tests.Engines;

public sealed class ReferencePolicyTests
{
    [Theory]
    [InlineData("whole-segment", 0.0, 0.05)]
    [InlineData("whole-segment-tuned", 0.6, 0.76)]
    [InlineData("hash-election", 0.7, 0.76)]
    public void Execute_FourViewersOnFastLines_OffloadIsWhatIsKnownOfThem(string policy, double least, double most)
    {
        var plan = new RunPlan(new FastLines(), 4, 1) { Policy = Policy.Find(policy)!, Length = TimeSpan.FromSeconds(90), WarmUp = TimeSpan.FromSeconds(30) };
        SortedDictionary<string, double> figures = Run.Execute(plan, 1).Figures;
        Assert.InRange(figures["offloadRatio"], least, most);
        Assert.Equal(1, figures["continuityIndex"]);
        Assert.InRange(figures["latencySecondsP50"], 10, 12);
    }

    /// <summary>The viewers of the one measurement of p2p-media-loader there is: an unshaped network, 1.1 Mb/s.</summary>
    private sealed class FastLines : Scenario
    {
        public override string Id => "fast";

        public override string Title => "fast lines for all";

        public override long Rate => 1_100_000;

        public override List<PeerProfile> Draw(int peers, Timing timing, Random random) =>
            [.. Population.Equal(peers, Rate, 100, timing, random).Select(v => v with { AccessDelay = TimeSpan.FromMilliseconds(5) })];
    }
}
