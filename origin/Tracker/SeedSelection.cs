using System.Collections.Immutable;
using Peercast.Protocol.Primitives;

namespace Peercast.Origin.Tracker;

/// <summary>A viewer that could be a seed.</summary>
/// <param name="Peer">Its id.</param>
/// <param name="UplinkKbps">What it can be expected to upload, see <see cref="TrackerMember.ExpectedKbps"/>.</param>
/// <param name="Age">How long it has been there.</param>
internal readonly record struct SeedCandidate(PeerId Peer, int UplinkKbps, TimeSpan Age)
{
    /// <summary>
    /// Its worth: the uplink, discounted while it is new. Most viewers that leave soon leave in the first seconds.
    /// </summary>
    public double Score => UplinkKbps * (0.25 + (0.75 * Math.Clamp(Age / TimeSpan.FromSeconds(30), 0, 1)));
}

/// <summary>
/// Chooses seeds from those in office and a sample of the audience. Looks at a bounded number of viewers, and finds good
/// ones over several rounds; keeps those in office unless others are clearly better, because each change moves chunks
/// from one seed to another.
/// </summary>
internal static class SeedSelection
{
    // A challenger must be so much better, and so many seats are contested per round.
    private const double Better = 1.5;
    private const int SwapsPerRound = 4;

    // Shares of the median score: a slow seed passes its chunks on late, however few they are.
    private const double EnterAbove = 0.3;
    private const double StayAbove = 0.2;

    // One viewer cannot claim most chunks by reporting an absurd uplink.
    private const double LargestWeightOverMedian = 4;

    /// <summary>The new seeds with their weights, in the order of their ids.</summary>
    /// <param name="current">Those in office that are still there.</param>
    /// <param name="sample">Others, none of them in <paramref name="current"/>.</param>
    /// <param name="maxSeeds">How many at most.</param>
    public static ImmutableArray<(PeerId Peer, double Weight)> Choose(
        IEnumerable<SeedCandidate> current, IEnumerable<SeedCandidate> sample, int maxSeeds)
    {
        List<SeedCandidate> seated = Ranked(current);
        List<SeedCandidate> challengers = Ranked(sample);
        if (seated.Count + challengers.Count == 0)
        {
            return [];
        }

        double median = Ranked(seated.Concat(challengers))[(seated.Count + challengers.Count) / 2].Score;
        seated.RemoveAll(c => c.Score < median * StayAbove);
        challengers.RemoveAll(c => c.Score < median * EnterAbove);

        int vacant = Math.Max(0, Math.Min(maxSeeds - seated.Count, challengers.Count));
        List<SeedCandidate> chosen = [.. seated.Take(maxSeeds), .. challengers.Take(vacant)];
        challengers.RemoveRange(0, vacant);
        chosen = Ranked(chosen);
        for (int i = 0; i < SwapsPerRound && i < challengers.Count && i < chosen.Count; i++)
        {
            int worst = chosen.Count - 1 - i;
            if (challengers[i].Score <= chosen[worst].Score * Better)
            {
                break;
            }

            chosen[worst] = challengers[i];
        }

        double typical = chosen.Order(Comparer<SeedCandidate>.Create((a, b) => a.UplinkKbps.CompareTo(b.UplinkKbps))).ElementAt(chosen.Count / 2).UplinkKbps;
        return [.. chosen.OrderBy(c => c.Peer).Select(c => (c.Peer, Weight(Math.Min(c.UplinkKbps, typical * LargestWeightOverMedian))))];
    }

    // Best first. Nothing to upload: not eligible.
    private static List<SeedCandidate> Ranked(IEnumerable<SeedCandidate> candidates) =>
        [.. candidates.Where(c => c.UplinkKbps > 0).OrderByDescending(c => c.Score).ThenBy(c => c.Peer)];

    // In steps of the square root of 2, so that a slightly different report is no change of the set.
    private static double Weight(double kbps) => Math.Round(Math.Pow(2, Math.Round(2 * Math.Log2(kbps)) / 2), 1);
}
