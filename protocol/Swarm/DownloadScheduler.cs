using System.Numerics;
using Peercast.Protocol.Primitives;
using Peercast.Protocol.Scheduling;

namespace Peercast.Protocol.Swarm;

/// <summary>
/// Goes over the missing chunks and decides for each: ask a neighbor, wait, or take it from the origin. Runs when
/// something changed that could change a decision, and every tenth of a second.
/// </summary>
internal sealed class DownloadScheduler(SwarmContext context, RequestBook requests, OriginFetcher fetcher) : IDownloadScheduler
{
    /// <summary>Events that come close together are met by one run.</summary>
    private static readonly TimeSpan MinInterval = TimeSpan.FromMilliseconds(20);

    /// <summary>Within it a viewer has not heard yet of all that its neighbors hold.</summary>
    private static readonly TimeSpan NewcomerTime = TimeSpan.FromSeconds(2);

    private readonly OriginRoute _origin = new(context, requests, fetcher);
    private readonly List<(double Key, ChunkEntry Entry, double ToDeadline)> _candidates = [];
    private readonly List<PeerId> _neighborhood = [];
    private TimeSpan _lastRun = TimeSpan.MinValue;
    private TimeSpan _begunAt;
    private TimeSpan _dueAt = TimeSpan.MaxValue;
    private ulong _askable;
    private ulong _askableInHaste;

    /// <inheritdoc/>
    public TimeSpan Due => _dueAt;

    private double MarginSeconds => context.Options.UsedFallbackMargin.TotalSeconds;

    /// <summary>Something changed.</summary>
    public void Touch(TimeSpan now)
    {
        TimeSpan due = _lastRun == TimeSpan.MinValue || now - _lastRun >= MinInterval ? now : _lastRun + MinInterval;
        if (due < _dueAt)
        {
            _dueAt = due;
        }
    }

    /// <summary>Playback began or jumped: neighbors are hoped for anew.</summary>
    public void Restart(TimeSpan now)
    {
        _begunAt = now;
        _origin.Restart(now);
        Touch(now);
    }

    /// <summary>Decides.</summary>
    public void Run(TimeSpan now)
    {
        _lastRun = now;
        _dueAt = TimeSpan.MaxValue;
        requests.Tick(now);
        fetcher.Tick(now, context.Playhead.Next);
        _askable = requests.Askable(now, context.Options.RequestsPerNeighbor);
        _askableInHaste = requests.Askable(now, context.Options.RequestsPerNeighbor + 1);
        bool isSolo = _origin.IsOnlySource(now);
        _candidates.Clear();
        _neighborhood.Clear();

        // What is under way is thought over only while it may have to be given up for the origin.
        double reconsiderBefore = MarginSeconds + _origin.Seconds;
        bool isFar = false;
        ChunkId from = context.Playhead.Next;
        while (context.Window.FindMissing(from, context.Ledger.LiveEdge, skipUnderWay: isFar) is { } entry)
        {
            double toDeadline = (context.Playhead.DeadlineOf(now, entry) - now).TotalSeconds;
            isFar = toDeadline >= reconsiderBefore;
            Consider(now, entry, toDeadline, isSolo);
            from = entry.Id.Next;
        }

        AskInOrder(now);
        fetcher.Flush(now);
    }

    private void Consider(TimeSpan now, ChunkEntry entry, double toDeadline, bool isSolo)
    {
        if (entry.OriginRequest != 0)
        {
            return;
        }

        if (entry.IsSeedDuty && entry.Request is null)
        {
            fetcher.Want(entry, OriginCause.Seed);
        }
        else if (entry.Request is { } request)
        {
            if (!IsOthersToFetch(entry))
            {
                _origin.Reconsider(now, entry, request, toDeadline, MarginSeconds);
            }
        }
        else if (isSolo)
        {
            _origin.TakeAlone(entry, toDeadline, MarginSeconds);
        }
        else if ((context.Window.HoldersOf(entry.Id) & AskableFor(toDeadline)) != 0)
        {
            double key = ChunkPicker.Key(
                toDeadline, BitOperations.PopCount(context.Window.HoldersOf(entry.Id)), context.Options.UrgentWindow.TotalSeconds, context.Random.NextDouble());
            _candidates.Add((key, entry, toDeadline));
        }
        else
        {
            ConsiderOrigin(now, entry, toDeadline);
        }
    }

    /// <summary>
    /// What is urgent may take a place more: a neighbor that had better things to send may keep others waiting until they, too, are due.
    /// </summary>
    private ulong AskableFor(double toDeadline) =>
        toDeadline < context.Options.UrgentWindow.TotalSeconds ? _askableInHaste : _askable;

    private void AskInOrder(TimeSpan now)
    {
        _candidates.Sort(static (a, b) => a.Key != b.Key ? a.Key.CompareTo(b.Key) : a.Entry.Id.CompareTo(b.Entry.Id));
        foreach ((_, ChunkEntry entry, double toDeadline) in _candidates)
        {
            // Without the origin a late chunk from a neighbor is still better than none.
            bool isLateBetterThanNever = toDeadline < _origin.Seconds && (!fetcher.CanFetch(now) || IsOthersToFetch(entry));
            int slot = PeerSelector.Select(
                context.Window.HoldersOf(entry.Id) & AskableFor(toDeadline),
                context.Neighbors.Suppliers,
                isLateBetterThanNever ? double.PositiveInfinity : toDeadline,
                context.Random);
            if (slot < 0)
            {
                ConsiderOrigin(now, entry, toDeadline);
                continue;
            }

            Neighbor neighbor = context.Neighbors[slot];
            requests.Send(now, entry, neighbor, isLateBetterThanNever ? Math.Max(toDeadline, 3) : toDeadline);
            if (neighbor.Outstanding.Count >= context.Options.RequestsPerNeighbor)
            {
                _askable &= ~neighbor.Bit;
            }

            if (neighbor.Outstanding.Count > context.Options.RequestsPerNeighbor)
            {
                _askableInHaste &= ~neighbor.Bit;
            }
        }
    }

    private void ConsiderOrigin(TimeSpan now, ChunkEntry entry, double toDeadline)
    {
        if (!context.Options.Playback || !fetcher.CanFetch(now) || IsOthersToFetch(entry))
        {
            return;
        }

        // Neighbors are about to connect, or to tell what they hold: what the origin alone brings in time need not be taken early.
        bool isNewcomer = now - _begunAt < NewcomerTime;
        double margin = MarginSeconds / (isNewcomer || context.Neighbors.Ready == 0 ? 2 : 1);

        // What seems to a newcomer to need rescue is on its way to it.
        bool isRescue = context.Window.HoldersOf(entry.Id) == 0
            && !isNewcomer
            && toDeadline < context.Options.UsedRescueMargin.TotalSeconds
            && IsElected(entry.Id);
        if (isRescue || FallbackRule.WhenUnasked(toDeadline, margin, _origin.Seconds))
        {
            _origin.Take(entry, OriginCause.Fallback);
        }
    }

    /// <summary>A slow origin is asked by one of the neighborhood, and only for what no neighbor holds.</summary>
    private bool IsOthersToFetch(ChunkEntry entry) =>
        fetcher.IsSlow && (context.Window.HoldersOf(entry.Id) != 0 || !IsElected(entry.Id));

    private bool IsElected(ChunkId chunk)
    {
        if (context.Me is not { } me)
        {
            return false;
        }

        if (_neighborhood.Count == 0)
        {
            foreach (Neighbor neighbor in context.Neighbors.AllReady)
            {
                _neighborhood.Add(neighbor.Peer);
            }
        }

        return RescueElection.IsElected(chunk, me, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_neighborhood));
    }
}
