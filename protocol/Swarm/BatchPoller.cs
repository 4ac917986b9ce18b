using Peercast.Protocol.Primitives;

namespace Peercast.Protocol.Swarm;

/// <summary>Asks the origin for manifest batches, one long poll at a time, backing off while it fails.</summary>
internal sealed class BatchPoller(Outbox outbox)
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan MinFailureDelay = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan MaxFailureDelay = TimeSpan.FromSeconds(1);

    private TimeSpan _failureDelay = MinFailureDelay;

    /// <summary>A poll is under way.</summary>
    public bool IsPolling { get; private set; }

    /// <summary>What the last poll asked for.</summary>
    public ChunkId From { get; private set; }

    /// <summary>The earliest next poll.</summary>
    public TimeSpan NotBefore { get; private set; }

    /// <summary>Begins a poll unless one is under way or it is too early.</summary>
    public void Poll(TimeSpan now, ChunkId from)
    {
        if (!IsPolling && now >= NotBefore)
        {
            IsPolling = true;
            From = from;
            outbox.FetchBatches(from, Wait);
        }
    }

    /// <summary>The poll ended.</summary>
    /// <param name="now">The time.</param>
    /// <param name="result">How.</param>
    /// <param name="broughtNew">It brought a batch that was not known.</param>
    public void Ended(TimeSpan now, OriginFetchResult result, bool broughtNew)
    {
        IsPolling = false;
        if (result is OriginFetchResult.Failed or OriginFetchResult.Gone)
        {
            NotBefore = now + _failureDelay;
            _failureDelay = _failureDelay * 2 < MaxFailureDelay ? _failureDelay * 2 : MaxFailureDelay;
            return;
        }

        _failureDelay = MinFailureDelay;

        // An origin that answers at once with nothing new must not be asked in a tight loop.
        NotBefore = broughtNew ? now : now + MinFailureDelay;
    }
}
