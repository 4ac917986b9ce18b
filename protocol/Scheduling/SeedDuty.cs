using System.Collections.Immutable;
using Peercast.Protocol.Primitives;

namespace Peercast.Protocol.Scheduling;

/// <summary>
/// Who fetches a new chunk from the origin first, worked out by everybody alone from the seed set of the last
/// <see cref="Signaling.SeedsMessage"/>: weighted rendezvous hashing ("highest random weight"). A seed that leaves hands
/// its chunks to the others in proportion to their weights, and no other chunk moves. SIGNALING.md is normative.
/// </summary>
/// <remarks>
/// Elected per chunk and not per run of chunks: a part is about 200 ms and mostly one chunk, so a run would only make
/// one seed upload several chunks back to back while the others' uplinks are idle.
/// </remarks>
public static class SeedDuty
{
    /// <summary>Whether <paramref name="me"/> is one of the seeds that fetch <paramref name="id"/>.</summary>
    /// <param name="id">The chunk.</param>
    /// <param name="me">The peer in question; <c>false</c> when it is not in <paramref name="seeds"/>.</param>
    /// <param name="seeds">The seed set; its order does not matter. A weight that is not above 0 is never elected.</param>
    /// <param name="copies">How many seeds fetch each chunk; <c>false</c> when it is 0 or less.</param>
    public static bool IsMine(ChunkId id, PeerId me, ImmutableArray<(PeerId Peer, double Weight)> seeds, int copies)
    {
        if (copies <= 0 || seeds.IsDefaultOrEmpty)
        {
            return false;
        }

        ulong chunkHash = Mix((ulong)id.Value + 0x9E3779B97F4A7C15);
        double mine = double.NegativeInfinity;
        foreach ((PeerId peer, double weight) in seeds)
        {
            if (peer == me && IsWeight(weight))
            {
                mine = Score(chunkHash, me, weight);
                break;
            }
        }

        if (double.IsNegativeInfinity(mine))
        {
            return false;
        }

        int ahead = 0;
        foreach ((PeerId peer, double weight) in seeds)
        {
            if (peer == me || !IsWeight(weight))
            {
                continue;
            }

            double score = Score(chunkHash, peer, weight);
            if ((score > mine || (score == mine && peer < me)) && ++ahead >= copies)
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsWeight(double weight) => weight > 0 && double.IsFinite(weight);

    // -w / ln(h), h uniform in (0, 1): the highest of such scores falls on each seed with a probability in proportion to w.
    private static double Score(ulong chunkHash, PeerId peer, double weight)
    {
        double uniform = ((Mix(chunkHash ^ peer.Value) >> 11) + 0.5) * (1.0 / (1UL << 53));
        return -weight / Math.Log(uniform);
    }

    // The finalizer of SplitMix64: every input bit reaches every output bit, so that ids in sequence do not correlate.
    private static ulong Mix(ulong x)
    {
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }
}
