using Peercast.Protocol.Chunks;
using Peercast.Protocol.Primitives;

namespace Peercast.Player.Session;

/// <summary>Finds the chunk at a point of a recorded channel's timeline, by interpolation over the origin's batches.</summary>
internal static class SeekSearch
{
    /// <summary>Parts have about the same duration: a few steps find the batch, and the origin rounds to a segment anyway.</summary>
    private const int MaxSteps = 6;

    /// <summary>The chunk nearest to <paramref name="target"/>, within <paramref name="channel"/>.</summary>
    public static async Task<ChunkId> FindAsync(OriginClient origin, ChunkRange channel, MediaTime target, CancellationToken cancellation)
    {
        if (await ProbeAsync(origin, channel.First, cancellation).ConfigureAwait(false) is not { } low
            || await ProbeAsync(origin, channel.Last, cancellation).ConfigureAwait(false) is not { } high)
        {
            return channel.First;
        }

        for (int step = 0; step < MaxSteps && high.Id - low.Id > 1; step++)
        {
            if (target <= low.PresentationTime)
            {
                return low.Id;
            }

            if (target >= high.PresentationTime)
            {
                return high.Id;
            }

            double share = (target - low.PresentationTime).Seconds / (high.PresentationTime - low.PresentationTime).Seconds;
            long ahead = Math.Clamp((long)(share * (high.Id - low.Id)), 1, high.Id - low.Id - 1);
            if (await ProbeAsync(origin, low.Id + ahead, cancellation).ConfigureAwait(false) is not { } probe)
            {
                break;
            }

            (low, high) = probe.PresentationTime <= target ? (probe, high) : (low, probe);
        }

        return low.Id;
    }

    /// <summary>What the origin says of one chunk. Only finds the way: what is played is verified when it comes.</summary>
    private static async Task<ChunkInfo?> ProbeAsync(OriginClient origin, ChunkId id, CancellationToken cancellation)
    {
        ChunkInfo? found = null;
        await origin.FetchBatchesAsync(
            id,
            TimeSpan.Zero,
            encoded =>
            {
                if (found is null && ManifestCodec.TryDecode(encoded, out ManifestBatch? batch) && batch!.Range.Contains(id))
                {
                    found = batch.Chunks[(int)(id - batch.FirstChunk)];
                }
            },
            cancellation,
            max: 1).ConfigureAwait(false);
        return found;
    }
}
