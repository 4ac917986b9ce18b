using Peercast.Protocol.Primitives;

namespace Peercast.Protocol.Scheduling;

/// <summary>
/// Who among a peer and its neighbors takes a chunk from the origin that none of them holds and that will soon be due:
/// the one with the lowest hash. One copy early saves the others their fallback, and nobody has to agree on it.
/// </summary>
internal static class RescueElection
{
    /// <summary>The hash by which peers are ranked for a chunk.</summary>
    public static ulong Rank(ChunkId chunk, PeerId peer)
    {
        // SplitMix64's finalizer over both ids.
        ulong x = ((ulong)chunk.Value * 0x9E3779B97F4A7C15) ^ peer.Value;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }

    /// <summary>Whether <paramref name="me"/> comes first.</summary>
    public static bool IsElected(ChunkId chunk, PeerId me, ReadOnlySpan<PeerId> neighbors)
    {
        ulong mine = Rank(chunk, me);
        foreach (PeerId neighbor in neighbors)
        {
            if (Rank(chunk, neighbor) < mine)
            {
                return false;
            }
        }

        return true;
    }
}
