namespace Peercast.Simulation.Engines.Reference;

/// <summary>The chances that p2p-media-loader 2.3 takes.</summary>
internal static class Lottery
{
    private const double Floor = 0.1;

    /// <summary>
    /// Which of several suppliers is asked: by chance, weighted by throughput. One that has proven less than a tenth of
    /// the fastest counts as that tenth, unless such ones together would then outweigh the proven ones: together they
    /// weigh at most as much.
    /// </summary>
    /// <param name="rates">Throughput of each in bits per second; 0: nothing is known.</param>
    /// <param name="random">Chance.</param>
    /// <returns>The place of the chosen one.</returns>
    public static int Supplier(IReadOnlyList<double> rates, Random random)
    {
        double fastest = rates.Max();
        if (fastest <= 0)
        {
            return random.Next(rates.Count);
        }

        double least = Math.Max(1, fastest * Floor);
        int unproven = rates.Count(rate => rate <= least);
        double proven = rates.Where(rate => rate > least).Sum();
        if (unproven * least > proven && proven > 0)
        {
            least = proven / unproven;
        }

        double drawn = random.NextDouble() * rates.Sum(rate => Math.Max(rate, least));
        for (int i = 0; i < rates.Count - 1; i++)
        {
            drawn -= Math.Max(rates[i], least);
            if (drawn < 0)
            {
                return i;
            }
        }

        return rates.Count - 1;
    }

    /// <summary>
    /// Which segments are fetched from the origin ahead of time, so that a viewer and its neighbors, each throwing its own
    /// dice, together fetch about one copy of each.
    /// </summary>
    /// <param name="candidates">How many nobody has or fetches.</param>
    /// <param name="neighbors">How many neighbors.</param>
    /// <param name="free">How many fetches may begin.</param>
    /// <param name="atOnce">How many may be under way at all.</param>
    /// <param name="random">Chance.</param>
    /// <returns>Their places among the candidates.</returns>
    public static List<int> Prefetches(int candidates, int neighbors, int free, int atOnce, Random random)
    {
        int viewers = neighbors + 1;
        int[] order = [.. Enumerable.Range(0, Math.Min(candidates, atOnce * viewers))];
        random.Shuffle(order);
        double probability = (double)order.Length / viewers;
        var chosen = new List<int>();
        foreach (int candidate in order)
        {
            if (chosen.Count >= free)
            {
                break;
            }

            if (probability >= 1 || random.NextDouble() <= probability)
            {
                chosen.Add(candidate);
            }

            probability--;
            if (probability <= 0)
            {
                break;
            }
        }

        return chosen;
    }

    /// <summary>How long until the dice are thrown again.</summary>
    public static TimeSpan UntilNextThrow(int neighbors, Random random) => TimeSpan.FromMilliseconds(1000 + (random.NextDouble() * 1000 * neighbors));
}
