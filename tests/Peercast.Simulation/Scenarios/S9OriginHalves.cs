using Peercast.Simulation.Network;
using Peercast.Simulation.Origin;

namespace Peercast.Simulation.Scenarios;

/// <summary>The origin's uplink, four times what the swarm needs of it, halves for half a minute; one fast viewer falls silent without closing.</summary>
internal sealed class S9OriginHalves : Scenario
{
    public override string Id => "S9";

    public override string Title => "S2, origin of 12 rates halves for a tenth of the time, later a fast peer falls silent";

    public override IReadOnlyList<OriginCondition> Origin(Timing timing) =>
    [
        new OriginCondition(TimeSpan.Zero, 12 * Rate),
        new OriginCondition(timing.At(0.3), 6 * Rate),
        new OriginCondition(timing.At(0.4), 12 * Rate),
    ];

    public override List<PeerProfile> Draw(int peers, Timing timing, Random random)
    {
        List<PeerProfile> viewers = Population.SkewedTo(peers, Rate, 1.2, timing, random);
        int fastest = viewers.FindIndex(v => v.Uplink == viewers.Max(w => w.Uplink));
        viewers[fastest] = viewers[fastest] with { FallsSilentAt = timing.At(8.0 / 15) };
        return viewers;
    }
}
