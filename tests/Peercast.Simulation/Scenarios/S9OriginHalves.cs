using Peercast.Simulation.Network;
using Peercast.Simulation.Origin;

namespace Peercast.Simulation.Scenarios;

/// <summary>The origin's uplink, four times what the swarm needs of it, halves for half a minute; one fast viewer falls silent without closing.</summary>
internal sealed class S9OriginHalves : Scenario
{
    public override string Id => "S9";

    public override string Title => "S2, origin of 12 rates halves from 150 to 180 s, a fast peer falls silent at 220 s";

    public override IReadOnlyList<OriginCondition> Origin =>
    [
        new OriginCondition(TimeSpan.Zero, 12 * Rate),
        new OriginCondition(TimeSpan.FromSeconds(150), 6 * Rate),
        new OriginCondition(TimeSpan.FromSeconds(180), 12 * Rate),
    ];

    public override List<PeerProfile> Draw(int peers, Random random)
    {
        List<PeerProfile> viewers = Population.SkewedTo(peers, Rate, 1.2, random);
        int fastest = viewers.FindIndex(v => v.Uplink == viewers.Max(w => w.Uplink));
        viewers[fastest] = viewers[fastest] with { FallsSilentAt = TimeSpan.FromSeconds(220) };
        return viewers;
    }
}
