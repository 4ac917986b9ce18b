using Peercast.Simulation.Network;

namespace Peercast.Simulation.Scenarios;

/// <summary>The network as it is: viewers come and go, many pairs cannot connect, some viewers reach nobody, packets are lost.</summary>
internal sealed class S4Churn : Scenario
{
    public override string Id => "S4";

    public override string Title => "S2 with lognormal sessions of 900 s, 20% blocked pairs, 3% reach nobody, 0.5% loss";

    public override double BlockedPairs => 0.2;

    public override List<PeerProfile> Draw(int peers, Timing timing, Random random)
    {
        List<PeerProfile> viewers = Population.SkewedTo(peers, Rate, 1.2, timing, random);
        viewers = Churn.Replace(viewers, timing.Length, meanSession: 900, sigma: 1.2, random);

        // Half of a path's loss at either end.
        viewers = [.. viewers.Select(v => v with { Loss = 0.0025 })];
        Population.Change(viewers, 0.03, random, v => v with { ReachesNobody = true });
        return viewers;
    }
}
