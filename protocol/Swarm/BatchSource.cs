using Peercast.Protocol.Chunks;
using Peercast.Protocol.Primitives;
using Peercast.Protocol.Wire;

namespace Peercast.Protocol.Swarm;

/// <summary>
/// Where batches come from. Seeds ask the origin, so that new chunks are known early; the others hear from neighbors
/// and ask the origin only when they hear nothing, so that it need not send every batch to every viewer.
/// </summary>
internal sealed class BatchSource(SwarmContext context, BatchPoller poller, SeedRole seeds, Announcer announcer)
{
    /// <summary>About three batches without news.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1.5);

    /// <summary>How far ahead of its own playhead a seed of a recording looks for those in front.</summary>
    private static readonly TimeSpan DutyHorizon = TimeSpan.FromSeconds(240);

    private TimeSpan _lastNews;
    private bool _pollBroughtBatch;
    private bool _pollBroughtNews;

    /// <summary>A batch became known since the scheduler last ran.</summary>
    public bool HasNews { get; set; }

    /// <summary>Takes a batch from the origin.</summary>
    /// <returns><see langword="false"/>: it is wrong.</returns>
    public bool AddFromOrigin(TimeSpan now, ReadOnlySpan<byte> encoded)
    {
        if (poller.IsPolling && !_pollBroughtBatch && ManifestCodec.TryPeekFirstChunk(encoded, out ChunkId first))
        {
            // The oldest batch that the origin has left begins behind what was asked for: the rest is gone for good.
            context.Ledger.MarkGoneBefore(first, poller.From);
            _pollBroughtBatch = true;
        }

        BatchVerdict verdict = context.Ledger.Add(encoded, out BatchRecord? record);
        _pollBroughtNews |= verdict == BatchVerdict.Added;
        Learned(now, verdict, record);
        return verdict != BatchVerdict.Wrong;
    }

    /// <summary>Takes a batch from a neighbor.</summary>
    public void AddFromNeighbor(TimeSpan now, Neighbor neighbor, in IntegrityMessage message)
    {
        if (!neighbor.BatchBudget.TryTake(now, 1))
        {
            return;
        }

        BatchVerdict verdict = context.Ledger.Add(message.Encoded, out BatchRecord? record);
        if (verdict == BatchVerdict.Wrong)
        {
            context.Ban(now, neighbor);
            return;
        }

        if (record is not null)
        {
            record.KnownBy |= neighbor.Bit;
        }

        Learned(now, verdict, record);
    }

    /// <summary>A poll ended.</summary>
    public void PollEnded(TimeSpan now, OriginFetchResult result)
    {
        poller.Ended(now, result, _pollBroughtNews);
        _pollBroughtBatch = false;
        _pollBroughtNews = false;
    }

    /// <summary>Polls if it should.</summary>
    public void Tick(TimeSpan now)
    {
        if (ShouldPoll(now))
        {
            poller.Poll(now, context.Ledger.ContiguousEdge.Next);
        }
    }

    /// <summary>When <see cref="Tick"/> is due apart from events.</summary>
    public TimeSpan Due(TimeSpan now) =>
        poller.IsPolling ? TimeSpan.MaxValue
        : ShouldPoll(now) ? poller.NotBefore
        : context.Options.Recorded ? TimeSpan.MaxValue
        : _lastNews + Quiet;

    private void Learned(TimeSpan now, BatchVerdict verdict, BatchRecord? record)
    {
        if (verdict != BatchVerdict.Added)
        {
            return;
        }

        _lastNews = now;
        HasNews = true;
        seeds.BatchAdded(record!.Signed);
        announcer.BatchAdded(now);
    }

    private bool ShouldPoll(TimeSpan now)
    {
        if (context.Ledger.EndOfChannel is { } end && context.Ledger.ContiguousEdge >= end)
        {
            return false;
        }

        return context.Options.Recorded ? IsShortAhead(now) : seeds.IsSeed || context.Neighbors.Ready == 0 || now - _lastNews >= Quiet;
    }

    private bool IsShortAhead(TimeSpan now)
    {
        if (context.Window.Find(context.Ledger.ContiguousEdge.Next) is null)
        {
            return false;
        }

        return context.Window.Find(context.Ledger.ContiguousEdge) is not { Batch: not null } edge
            || context.Playhead.DeadlineOf(now, edge) - now < (IsBehindOthers() ? DutyHorizon : context.Options.AheadWindow);
    }

    /// <summary>A seed of a recording has duties wherever a neighbor looks.</summary>
    private bool IsBehindOthers()
    {
        if (seeds.IsSeed)
        {
            foreach (Neighbor neighbor in context.Neighbors.AllReady)
            {
                if (neighbor.BatchesBefore > context.Ledger.ContiguousEdge.Next)
                {
                    return true;
                }
            }
        }

        return false;
    }
}
