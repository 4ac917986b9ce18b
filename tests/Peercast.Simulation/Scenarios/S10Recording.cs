using Peercast.Simulation.Network;

namespace Peercast.Simulation.Scenarios;

/// <summary>A recording that viewers open when they like; every fifth jumps about in it.</summary>
internal sealed class S10Recording : Scenario
{
    private static readonly TimeSpan Opening = TimeSpan.FromSeconds(180);

    public override string Id => "S10";

    public override string Title => "recorded file of 600 s, Poisson joins over 180 s, 20% seek";

    public override bool Recorded => true;

    /// <summary>None: what is fetched ahead meanwhile would have cost the origin nothing.</summary>
    public override TimeSpan WarmUp => TimeSpan.Zero;

    public override List<PeerProfile> Draw(int peers, Timing timing, Random random)
    {
        List<PeerProfile> viewers = Population.SkewedTo(peers, Rate, 1.2, timing, random);
        double at = 0;
        for (int i = 0; i < viewers.Count; i++)
        {
            at += Draws.Exponential(random, Opening.TotalSeconds / peers);
            viewers[i] = viewers[i] with { JoinsAt = TimeSpan.FromSeconds(at) };
        }

        Population.Change(viewers, 0.2, random, v => v with
        {
            Seeks = [(v.JoinsAt + TimeSpan.FromSeconds(20 + (60 * random.NextDouble())), random.NextDouble() * 0.9)],
        });
        return viewers;
    }
}
