using System.Numerics;

namespace Peercast.Protocol.Scheduling;

/// <summary>
/// From whom to ask: the neighbor expected to be soonest, blurred so that many peers with the same view do not all
/// choose the same one, and slow ones are tried again now and then.
/// </summary>
internal static class PeerSelector
{
    /// <summary>Chooses a slot.</summary>
    /// <param name="candidates">A bit for each neighbor that holds the chunk and can be asked.</param>
    /// <param name="suppliers">By slot.</param>
    /// <param name="secondsToDeadline">Neighbors expected later than this are left out.</param>
    /// <param name="random">The blur: a factor of 0.3 to 1.7.</param>
    /// <returns>The slot; -1: nobody would be in time.</returns>
    public static int Select(ulong candidates, ReadOnlySpan<SupplierState> suppliers, double secondsToDeadline, Random random)
    {
        int best = -1;
        double bestScore = double.PositiveInfinity;
        for (ulong rest = candidates; rest != 0; rest &= rest - 1)
        {
            int slot = BitOperations.TrailingZeroCount(rest);
            double expected = suppliers[slot].ServiceSeconds * (suppliers[slot].Outstanding + 1);
            if (expected >= secondsToDeadline)
            {
                continue;
            }

            double score = expected * (0.3 + (1.4 * random.NextDouble()));
            if (score < bestScore)
            {
                best = slot;
                bestScore = score;
            }
        }

        return best;
    }
}
