using Peercast.Simulation.Network;

namespace Peercast.Simulation.Scenarios;

/// <summary>The same sum of uplinks as S1, but 15% of the viewers have most of it.</summary>
internal sealed class S2SkewedUplinks : Scenario
{
    public override string Id => "S2";

    public override string Title => "skewed uplinks, mean 1.2 rates, no churn";

    public override List<PeerProfile> Draw(int peers, Timing timing, Random random) => Population.SkewedTo(peers, Rate, 1.2, timing, random);
}
