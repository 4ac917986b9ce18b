using Peercast.Simulation.Network;

namespace Peercast.Simulation.Scenarios;

/// <summary>Three in ten leave at the same instant.</summary>
internal sealed class S6MassDeparture : Scenario
{
    public override string Id => "S6";

    public override string Title => "S2, 30% leave in the same instant";

    public override TimeSpan? DisturbedAt(Timing timing) => timing.At(0.4);

    public override List<PeerProfile> Draw(int peers, Timing timing, Random random)
    {
        List<PeerProfile> viewers = Population.SkewedTo(peers, Rate, 1.2, timing, random);
        Population.Change(viewers, 0.3, random, v => v with { LeavesAt = DisturbedAt(timing) });
        return viewers;
    }
}
