using Peercast.Simulation.Network;

namespace Peercast.Simulation.Scenarios;

/// <summary>Three in ten leave at the same instant.</summary>
internal sealed class S6MassDeparture : Scenario
{
    public override string Id => "S6";

    public override string Title => "S2, 30% leave in the same instant, at 180 s";

    public override List<PeerProfile> Draw(int peers, Random random)
    {
        List<PeerProfile> viewers = Population.SkewedTo(peers, Rate, 1.2, random);
        Population.Change(viewers, 0.3, random, v => v with { LeavesAt = TimeSpan.FromSeconds(180) });
        return viewers;
    }
}
