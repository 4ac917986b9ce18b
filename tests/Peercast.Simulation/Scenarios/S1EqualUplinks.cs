using Peercast.Simulation.Network;

namespace Peercast.Simulation.Scenarios;

/// <summary>Everybody can give a little more than the stream takes.</summary>
internal sealed class S1EqualUplinks : Scenario
{
    public override string Id => "S1";

    public override string Title => "equal uplinks, mean 1.2 rates, no churn";

    public override List<PeerProfile> Draw(int peers, Timing timing, Random random) => Population.Equal(peers, Rate, 1.2, timing, random);
}
