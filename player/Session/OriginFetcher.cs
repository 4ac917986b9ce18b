using System.Collections.Concurrent;
using Peercast.Protocol.Primitives;
using Peercast.Protocol.Swarm;

namespace Peercast.Player.Session;

/// <summary>Carries the engine's wishes to the origin and the replies back into the engine.</summary>
internal sealed class OriginFetcher(OriginClient origin, CancellationToken stopped)
{
    /// <summary>A run of chunks that takes longer is of no use any more: the engine asks again for what is still missing.</summary>
    private static readonly TimeSpan FetchTimeout = TimeSpan.FromSeconds(15);

    private readonly ConcurrentDictionary<int, CancellationTokenSource> _fetches = [];

    /// <summary>Starts a fetch of chunks.</summary>
    public void FetchChunks(SwarmDriver driver, int request, ChunkRange range)
    {
        var cancellation = CancellationTokenSource.CreateLinkedTokenSource(stopped);
        cancellation.CancelAfter(FetchTimeout);
        _fetches[request] = cancellation;
        _ = Task.Run(async () =>
        {
            OriginFetchResult result = await GuardAsync(() => origin.FetchChunksAsync(
                range, (id, bytes) => driver.AddOriginChunk(id, bytes), cancellation.Token)).ConfigureAwait(false);
            _fetches.TryRemove(request, out _);
            driver.Run((session, now) => session.OriginFetchEnded(now, request, result));
            cancellation.Dispose();
        }, CancellationToken.None);
    }

    /// <summary>Ends a fetch early.</summary>
    public void Cancel(int request)
    {
        if (_fetches.TryRemove(request, out CancellationTokenSource? cancellation))
        {
            // Off this thread: the engine's lock is held, and what the cancellation runs may want it.
            _ = Task.Run(() =>
            {
                try
                {
                    cancellation.Cancel();
                }
                catch (ObjectDisposedException)
                {
                    // It ended in the meantime.
                }
            });
        }
    }

    /// <summary>Starts a fetch of batches.</summary>
    public void FetchBatches(SwarmDriver driver, ChunkId from, TimeSpan wait) => _ = Task.Run(async () =>
    {
        OriginFetchResult result = await GuardAsync(() => origin.FetchBatchesAsync(
            from, wait, encoded => driver.Run((session, now) => session.AddOriginBatch(now, encoded)), stopped)).ConfigureAwait(false);
        driver.Run((session, now) => session.OriginBatchesEnded(now, result));
    }, CancellationToken.None);

    private static async Task<OriginFetchResult> GuardAsync(Func<Task<OriginFetchResult>> fetch)
    {
        try
        {
            return await fetch().ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or TimeoutException or OperationCanceledException)
        {
            return OriginFetchResult.Failed;
        }
    }
}
