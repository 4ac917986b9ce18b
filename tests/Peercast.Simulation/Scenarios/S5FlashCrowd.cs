using Peercast.Simulation.Network;

namespace Peercast.Simulation.Scenarios;

/// <summary>A tenth of the viewers watch; the others come within a minute, to an origin that cannot serve them all.</summary>
internal sealed class S5FlashCrowd : Scenario
{
    private static readonly TimeSpan LongestCrowd = TimeSpan.FromSeconds(60);

    public override string Id => "S5";

    public override string Title => "flash crowd of ten times the viewers in 60 s, origin capped at 30 rates";

    public override long MaxEgress => 30 * Rate;

    public override List<PeerProfile> Draw(int peers, Timing timing, Random random)
    {
        List<PeerProfile> viewers = Population.SkewedTo(peers, Rate, 1.2, timing, random);
        TimeSpan crowd = timing.Measured / 2 < LongestCrowd ? timing.Measured / 2 : LongestCrowd;
        Population.Change(viewers, 0.9, random, v => v with { JoinsAt = timing.WarmUp + (crowd * random.NextDouble()) });
        return viewers;
    }
}
