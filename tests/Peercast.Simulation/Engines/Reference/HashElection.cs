using Peercast.Protocol.Primitives;

namespace Peercast.Simulation.Engines.Reference;

/// <summary>Who of a neighborhood fetches a chunk: everybody works it out alone, without a word.</summary>
internal static class HashElection
{
    /// <summary>How many of the neighbors come before this viewer for a chunk; 0: it is elected.</summary>
    public static int Rank(ChunkId chunk, PeerId me, IEnumerable<PeerId> neighbors)
    {
        ulong mine = Hash(chunk, me);
        return neighbors.Count(peer => Hash(chunk, peer) < mine);
    }

    /// <summary>As good as a random number for each pair, and the same everywhere.</summary>
    public static ulong Hash(ChunkId chunk, PeerId peer)
    {
        ulong x = peer.Value + ((ulong)chunk.Value * 0x9E3779B97F4A7C15);
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }
}
