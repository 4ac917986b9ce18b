using System.Numerics;
using System.Runtime.InteropServices;
using Peercast.Protocol.Primitives;
using Peercast.Protocol.Scheduling;

namespace Peercast.Protocol.Swarm;

/// <summary>
/// What <see cref="DownloadScheduler"/> is to a live channel, for a recording: in order of deadline, because whoever is
/// behind has nothing that those in front lack, and what is due late only from idle uplinks.
/// </summary>
internal sealed class RecordedDownloads(SwarmContext context, RequestBook requests, OriginFetcher fetcher, RecordedDuty duty)
    : IDownloadScheduler
{
    /// <summary>A chunk that no neighbor holds is taken from the origin by one of those that look at it so long before one of them needs it.</summary>
    private const double RescueSeconds = 8;

    /// <summary>
    /// Over the live fallback margin: no live edge limits how far ahead a recording is fetched, and later would be too
    /// late for those whose way to the origin is long.
    /// </summary>
    private const double MarginFactor = 1.5;

    /// <summary>Events that come close together are met by one run; nothing is as urgent as in a live channel.</summary>
    private static readonly TimeSpan MinInterval = TimeSpan.FromMilliseconds(50);

    private readonly OriginRoute _origin = new(context, requests, fetcher);
    private readonly List<(ChunkEntry Entry, double ToDeadline)> _candidates = [];
    private readonly List<PeerId> _electorate = [];
    private TimeSpan _lastRun = TimeSpan.MinValue;
    private double _chunksPerSecond;

    /// <inheritdoc/>
    public TimeSpan Due { get; private set; } = TimeSpan.MaxValue;

    private double MarginSeconds => context.Options.UsedFallbackMargin.TotalSeconds * MarginFactor;

    /// <inheritdoc/>
    public void Touch(TimeSpan now)
    {
        TimeSpan due = _lastRun == TimeSpan.MinValue || now - _lastRun >= MinInterval ? now : _lastRun + MinInterval;
        Due = due < Due ? due : Due;
    }

    /// <inheritdoc/>
    public void Restart(TimeSpan now)
    {
        _origin.Restart(now);
        Touch(now);
    }

    /// <inheritdoc/>
    public void Run(TimeSpan now)
    {
        _lastRun = now;
        Due = TimeSpan.MaxValue;
        requests.Tick(now);
        ulong askable = requests.Askable(now, context.Options.RequestsPerNeighbor);
        bool isSolo = _origin.IsOnlySource(now);
        bool isDutyTime = context.Neighbors.Ready != 0 && duty.Tick(now, _chunksPerSecond);
        _candidates.Clear();
        LookAhead(now, askable, isSolo, isDutyTime);
        if (isDutyTime)
        {
            duty.Run(now, (entry, toNeed) => _candidates.Add((entry, toNeed)));
        }

        AskInOrder(now, askable);
        fetcher.Flush(now);
    }

    private void LookAhead(TimeSpan now, ulong askable, bool isSolo, bool isDutyTime)
    {
        ChunkId id = context.Playhead.Next;
        double farthest = 0;
        for (; id <= context.Ledger.LiveEdge && context.Window.Find(id) is { } entry; id = id.Next)
        {
            if (entry.Batch is null)
            {
                continue;
            }

            double toDeadline = (context.Playhead.DeadlineOf(now, entry) - now).TotalSeconds;
            if (toDeadline > context.Options.AheadWindow.TotalSeconds)
            {
                break;
            }

            farthest = toDeadline;
            if (!entry.IsHeld && entry.OriginRequest == 0)
            {
                Consider(now, entry, toDeadline, askable, isSolo, isDutyTime);
            }
        }

        context.LookAhead = id;
        if (farthest > 1)
        {
            _chunksPerSecond = (id - context.Playhead.Next) / farthest;
        }
    }

    private void Consider(TimeSpan now, ChunkEntry entry, double toDeadline, ulong askable, bool isSolo, bool isDutyTime)
    {
        if (entry.Request is { } request)
        {
            _origin.Reconsider(now, entry, request, toDeadline, MarginSeconds);
        }
        else if (isSolo)
        {
            _origin.TakeAlone(entry, toDeadline, MarginSeconds);
        }
        else if ((context.Window.HoldersOf(entry.Id) & askable) != 0)
        {
            _candidates.Add((entry, toDeadline));
        }
        else if (!FallBack(now, entry, toDeadline) && isDutyTime && context.Window.HoldersOf(entry.Id) == 0 && duty.CanFetch && IsRescue(entry, toDeadline))
        {
            _origin.Take(entry, OriginCause.Seed);
        }
    }

    private void AskInOrder(TimeSpan now, ulong askable)
    {
        ulong idle = 0;
        for (ulong rest = askable; rest != 0; rest &= rest - 1)
        {
            idle |= context.Neighbors.Suppliers[BitOperations.TrailingZeroCount(rest)].Outstanding == 0 ? rest & ~(rest - 1) : 0;
        }

        _candidates.Sort(static (a, b) =>
            a.ToDeadline != b.ToDeadline ? a.ToDeadline.CompareTo(b.ToDeadline) : a.Entry.Id.CompareTo(b.Entry.Id));
        foreach ((ChunkEntry entry, double toDeadline) in _candidates)
        {
            // A chunk can stand here twice: needed here, and sooner by somebody in front.
            if (entry.Request is not null || entry.OriginRequest != 0)
            {
                continue;
            }

            // One of a neighbor's places stays free for what is due soon.
            ulong suppliers = context.Window.HoldersOf(entry.Id) & (toDeadline > RecordedAdmission.BackgroundSeconds ? idle : askable);
            bool isLateBetterThanNever = toDeadline < _origin.Seconds && !fetcher.CanFetch(now);
            int slot = PeerSelector.Select(
                suppliers, context.Neighbors.Suppliers, isLateBetterThanNever ? double.PositiveInfinity : toDeadline, context.Random);
            if (slot < 0)
            {
                FallBack(now, entry, (context.Playhead.DeadlineOf(now, entry) - now).TotalSeconds);
                continue;
            }

            Neighbor neighbor = context.Neighbors[slot];
            requests.Send(now, entry, neighbor, isLateBetterThanNever ? Math.Max(toDeadline, 3) : toDeadline);
            idle &= ~neighbor.Bit;
            if (!requests.HasFreeSlot(neighbor))
            {
                askable &= ~neighbor.Bit;
            }
        }
    }

    private bool FallBack(TimeSpan now, ChunkEntry entry, double toDeadline)
    {
        if (!context.Options.Playback || !fetcher.CanFetch(now) || !FallbackRule.WhenUnasked(toDeadline, MarginSeconds, _origin.Seconds))
        {
            return false;
        }

        _origin.Take(entry, OriginCause.Fallback);
        return true;
    }

    private bool IsRescue(ChunkEntry entry, double toDeadline) =>
        Math.Min(toDeadline, duty.Demand.SecondsToNeed(entry.Id, context.Window.HoldersOf(entry.Id))) < RescueSeconds && IsElected(entry.Id);

    private bool IsElected(ChunkId chunk)
    {
        if (context.Me is not { } me)
        {
            return false;
        }

        _electorate.Clear();
        foreach (Neighbor neighbor in context.Neighbors.AllReady)
        {
            if (neighbor.WindowStart <= chunk && chunk < neighbor.BatchesBefore)
            {
                _electorate.Add(neighbor.Peer);
            }
        }

        return RescueElection.IsElected(chunk, me, CollectionsMarshal.AsSpan(_electorate));
    }
}
