using Peercast.Protocol.Primitives;

namespace Peercast.Protocol.Scheduling;

/// <summary>
/// Whom to connect to and whom to let go. Mostly by capacity, because most of what there is to get is at a few fast
/// peers and a viewer with none of them close starves; partly by chance, which keeps the swarm one well-mixed graph.
/// </summary>
internal static class NeighborChoice
{
    private const double ByChance = 0.2;

    /// <summary>A peer that could be connected to.</summary>
    /// <param name="Peer">Which.</param>
    /// <param name="UplinkKbps">As stated or proven; 0: unknown.</param>
    internal readonly record struct Candidate(PeerId Peer, int UplinkKbps);

    /// <summary>A neighbor as replacement sees it.</summary>
    /// <param name="Slot">Its slot.</param>
    /// <param name="ReceivedBytes">What it gave since the last replacement.</param>
    /// <param name="SentBytes">What it took.</param>
    /// <param name="RoundTripSeconds">Smoothed.</param>
    internal readonly record struct Standing(int Slot, long ReceivedBytes, long SentBytes, double RoundTripSeconds);

    /// <summary>The next peer to connect to.</summary>
    /// <param name="candidates">Not empty; in a fixed order.</param>
    /// <param name="random">The chance.</param>
    /// <returns>Its index.</returns>
    public static int Connect(ReadOnlySpan<Candidate> candidates, Random random)
    {
        int chosen = random.Next(candidates.Length);
        if (random.NextDouble() < ByChance)
        {
            return chosen;
        }

        // The best of three draws, not the best of all: otherwise the fastest peer would have everybody for a neighbor.
        for (int i = 0; i < 2; i++)
        {
            int other = random.Next(candidates.Length);
            if (candidates[other].UplinkKbps > candidates[chosen].UplinkKbps)
            {
                chosen = other;
            }
        }

        return chosen;
    }

    /// <summary>The neighbor that is missed least: gave least, then took least (somebody else may need it), then farthest.</summary>
    /// <returns>Its slot; -1 for none.</returns>
    public static int Worst(ReadOnlySpan<Standing> neighbors)
    {
        int worst = -1;
        double lowest = double.PositiveInfinity;
        foreach (Standing neighbor in neighbors)
        {
            double worth = neighbor.ReceivedBytes + (0.5 * neighbor.SentBytes) - neighbor.RoundTripSeconds;
            if (worth < lowest)
            {
                worst = neighbor.Slot;
                lowest = worth;
            }
        }

        return worst;
    }
}
