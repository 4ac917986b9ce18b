using Peercast.Simulation.Network;

namespace Peercast.Simulation.Scenarios;

/// <summary>Some give nothing, and some give what is wrong.</summary>
internal sealed class S7FreeRidersAndPolluters : Scenario
{
    public override string Id => "S7";

    public override string Title => "S2, 30% give nothing, 2% send corrupted chunks";

    public override List<PeerProfile> Draw(int peers, Timing timing, Random random)
    {
        // The honest have as much as all had in S2, so that what is lost is lost to manners and not to capacity.
        List<PeerProfile> viewers = Population.SkewedTo(peers, Rate, 1.2 / 0.68, timing, random);
        int[] order = [.. Enumerable.Range(0, peers)];
        random.Shuffle(order);
        int riders = (int)Math.Round(peers * 0.3), polluters = Math.Max(1, (int)Math.Round(peers * 0.02));
        for (int i = 0; i < riders + polluters; i++)
        {
            viewers[order[i]] = viewers[order[i]] with { Manners = i < riders ? Manners.FreeRider : Manners.Polluter };
        }

        return viewers;
    }
}
