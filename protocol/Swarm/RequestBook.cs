using System.Numerics;
using Peercast.Protocol.Scheduling;
using Peercast.Protocol.Primitives;
using Peercast.Protocol.Wire;

namespace Peercast.Protocol.Swarm;

/// <summary>Requests to neighbors under way: sending, answers, fragments, time-outs.</summary>
internal sealed class RequestBook(SwarmContext context, ChunkIntake intake)
{
    /// <summary>An answer takes a round trip; this is added for a busy process.</summary>
    private static readonly TimeSpan AnswerSlack = TimeSpan.FromMilliseconds(400);

    /// <summary>How long after the estimate, or after the last fragment, the rest is waited for.</summary>
    private static readonly TimeSpan DataSlack = TimeSpan.FromMilliseconds(700);

    private static readonly TimeSpan RelaxInterval = TimeSpan.FromSeconds(1);

    private readonly List<PendingRequest> _overdue = [];

    /// <summary>No request is to be given up before this; going over all of them each time would be most of what a session does.</summary>
    private TimeSpan _overdueFrom = TimeSpan.MaxValue;
    private TimeSpan _relaxedAt;
    private uint _lastRequest;

    /// <summary>The neighbors that can be asked for another chunk now, as bits.</summary>
    /// <param name="now">The time.</param>
    /// <param name="maxOutstanding">Requests that may be under way at one of them.</param>
    public ulong Askable(TimeSpan now, int maxOutstanding)
    {
        ulong askable = 0;
        for (ulong rest = context.Neighbors.Ready; rest != 0; rest &= rest - 1)
        {
            int slot = BitOperations.TrailingZeroCount(rest);
            if (context.Neighbors.Suppliers[slot].CanBeAsked(now, maxOutstanding))
            {
                askable |= 1UL << slot;
            }
        }

        return askable;
    }

    public bool HasFreeSlot(Neighbor neighbor) => neighbor.Outstanding.Count < context.Options.RequestsPerNeighbor;

    /// <summary>Asks a neighbor for a chunk that nobody has been asked for.</summary>
    public void Send(TimeSpan now, ChunkEntry entry, Neighbor neighbor, double secondsToDeadline)
    {
        var request = new PendingRequest(++_lastRequest, entry.Id, entry.Info.Length, neighbor, now + TimeSpan.FromSeconds(secondsToDeadline), now);
        GiveUpAt(request, now + TimeSpan.FromSeconds(neighbor.RoundTripSeconds * 3) + AnswerSlack);
        context.Window.SetRequest(entry, request);
        neighbor.Outstanding.Add(request);
        UpdateSupplier(neighbor);
        context.Counter.RequestsSent++;
        ushort milliseconds = (ushort)Math.Clamp(secondsToDeadline * 1000, 0, ushort.MaxValue);
        context.Send(neighbor, new RequestMessage(request.Id, entry.Id, milliseconds).Encode());
    }

    /// <summary>Takes a request back.</summary>
    public void Cancel(PendingRequest request)
    {
        Forget(request);
        context.Send(request.Neighbor, new CancelMessage(request.Id).Encode());
    }

    /// <summary>The origin is to bring the chunk. What has begun to come goes on: it is often there first, and else only its end is wasted.</summary>
    public void LeaveToOrigin(PendingRequest request)
    {
        if (!request.HasBegun)
        {
            Cancel(request);
        }
    }

    /// <summary>The origin was first.</summary>
    public void Overtaken(ChunkId chunk)
    {
        if (context.Window.Find(chunk) is { IsHeld: true, Request: { } request })
        {
            Cancel(request);
        }
    }

    /// <summary>Takes every request back: playback jumped.</summary>
    public void CancelAll()
    {
        foreach (Neighbor neighbor in context.Neighbors.AllReady)
        {
            while (neighbor.Outstanding.Count > 0)
            {
                Cancel(neighbor.Outstanding[0]);
            }
        }
    }

    /// <summary>The neighbor is gone: its chunks can be asked of others.</summary>
    public void NeighborRemoved(Neighbor neighbor)
    {
        while (neighbor.Outstanding.Count > 0)
        {
            Forget(neighbor.Outstanding[0]);
        }
    }

    public void Accepted(TimeSpan now, Neighbor neighbor, AcceptMessage accept)
    {
        if (neighbor.FindRequest(accept.Request) is not { } request)
        {
            return;
        }

        if (!request.IsAccepted)
        {
            neighbor.SampleRoundTrip(now - request.SentAt);
        }

        request.IsAccepted = true;
        request.ExpectedAt = now + TimeSpan.FromMilliseconds(accept.EtaMs) + TimeSpan.FromSeconds(neighbor.RoundTripSeconds / 2);

        // The supplier may put rarer chunks first: as long as the deadline is far, waiting costs less than asking twice.
        // A supplier that is gone is noticed by its silence, and one that is merely slow would send the chunk all the same.
        TimeSpan patient = now + ((request.Deadline - context.Options.UsedFallbackMargin - now) * 0.9);
        TimeSpan strict = request.ExpectedAt + DataSlack + ((request.ExpectedAt - now) / 2);
        GiveUpAt(request, patient > strict ? patient : strict);
    }

    public void Rejected(TimeSpan now, Neighbor neighbor, RejectMessage reject)
    {
        if (neighbor.FindRequest(reject.Request) is not { } request)
        {
            return;
        }

        context.Counter.RequestsRejected++;
        Forget(request);
        ref SupplierState supplier = ref context.Neighbors.Suppliers[neighbor.Slot];
        switch (reject.Reason)
        {
            case RejectReason.NotHeld:
                if (context.Window.Find(request.Chunk) is not null)
                {
                    context.Window.RemoveHolder(new ChunkRange(request.Chunk, request.Chunk), neighbor.Bit);
                }

                break;
            case RejectReason.Choked:
                supplier.ChokesUs = true;
                break;
            case RejectReason.NoUpload:
                supplier.BackoffUntil = now + TimeSpan.FromSeconds(10);
                break;
            default:
                supplier.ServiceSeconds = ServiceEstimate.AfterRejection(supplier.ServiceSeconds);
                supplier.BackoffUntil = now + context.Options.MinRejectBackoff
                    + ((context.Options.MaxRejectBackoff - context.Options.MinRejectBackoff) * context.Random.NextDouble());
                break;
        }
    }

    /// <summary>A fragment came.</summary>
    /// <returns>Whether that changed what can be asked for: a chunk is complete, or the neighbor gone.</returns>
    public bool Received(TimeSpan now, Neighbor neighbor, in DataMessage data)
    {
        PendingRequest? request = neighbor.FindRequest(data.Request);
        if (request is null || request.Chunk != data.Chunk || !request.TryAdd(now, data))
        {
            context.Counter.DuplicateBytes += data.Payload.Length;
            if (!neighbor.UnaskedBudget.TryTake(now, data.Payload.Length))
            {
                context.Drop(now, neighbor, DisconnectReason.ProtocolError);
            }

            return neighbor.IsGone;
        }

        request.IsAccepted = true;
        request.ExpectedAt = now + request.TimeForRest(now);
        GiveUpAt(request, request.ExpectedAt + DataSlack);
        if (request.TryComplete(out ReadOnlyMemory<byte> bytes))
        {
            Completed(now, request, bytes);
            return true;
        }

        return false;
    }

    /// <summary>What time alone brings: requests that have waited too long are taken back, and slow neighbors thought better of.</summary>
    public void Tick(TimeSpan now)
    {
        GiveUpOverdue(now);
        Relax(now);
    }

    /// <summary>Once nobody is asked, nobody could show to be faster.</summary>
    private void Relax(TimeSpan now)
    {
        if (now - _relaxedAt < RelaxInterval)
        {
            return;
        }

        _relaxedAt = now;
        foreach (Neighbor neighbor in context.Neighbors.AllReady)
        {
            ref SupplierState supplier = ref context.Neighbors.Suppliers[neighbor.Slot];
            supplier.ServiceSeconds = ServiceEstimate.AfterSecond(supplier.ServiceSeconds);
        }
    }

    /// <summary>Takes back the requests that have waited too long.</summary>
    private void GiveUpOverdue(TimeSpan now)
    {
        if (now < _overdueFrom)
        {
            return;
        }

        _overdueFrom = TimeSpan.MaxValue;
        _overdue.Clear();
        foreach (Neighbor neighbor in context.Neighbors.AllReady)
        {
            foreach (PendingRequest request in neighbor.Outstanding)
            {
                if (now >= request.GiveUpAt)
                {
                    _overdue.Add(request);
                }
                else if (request.GiveUpAt < _overdueFrom)
                {
                    _overdueFrom = request.GiveUpAt;
                }
            }
        }

        foreach (PendingRequest request in _overdue)
        {
            context.Counter.RequestsTimedOut++;
            Neighbor neighbor = request.Neighbor;
            if (!request.IsAccepted)
            {
                // It takes that long at least. Else the next answers would be given up, too, and none ever tell how long they take.
                neighbor.SampleRoundTrip(now - request.SentAt);
            }

            if (neighbor.LastTimeout != now)
            {
                ref SupplierState supplier = ref context.Neighbors.Suppliers[neighbor.Slot];
                supplier.ServiceSeconds = ServiceEstimate.AfterTimeout(supplier.ServiceSeconds);
                supplier.BackoffUntil = now + context.Options.MaxRejectBackoff;
                neighbor.LastTimeout = now;
            }

            Cancel(request);
        }
    }

    private void Completed(TimeSpan now, PendingRequest request, ReadOnlyMemory<byte> bytes)
    {
        Neighbor neighbor = request.Neighbor;
        Forget(request);
        if (context.Window.Find(request.Chunk) is not { Batch: not null, IsHeld: false } entry)
        {
            context.Counter.DuplicateBytes += bytes.Length;
            return;
        }

        if (!intake.IsGenuine(entry, bytes))
        {
            context.Counter.CorruptChunks++;
            context.Ban(now, neighbor);
            return;
        }

        TimeSpan begun = neighbor.LastCompleted > request.SentAt ? neighbor.LastCompleted : request.SentAt;
        ref SupplierState supplier = ref context.Neighbors.Suppliers[neighbor.Slot];
        supplier.ServiceSeconds = ServiceEstimate.AfterSample(supplier.ServiceSeconds, (now - begun).TotalSeconds);
        neighbor.LastCompleted = now;
        neighbor.ReceivedBytes += bytes.Length;
        neighbor.ReceivedLately += bytes.Length;
        context.Counter.NeighborBytes += bytes.Length;
        intake.Hold(now, entry, bytes);
    }

    private void GiveUpAt(PendingRequest request, TimeSpan at)
    {
        request.GiveUpAt = at;
        _overdueFrom = at < _overdueFrom ? at : _overdueFrom;
    }

    private void Forget(PendingRequest request)
    {
        request.Neighbor.Outstanding.Remove(request);
        UpdateSupplier(request.Neighbor);
        context.Counter.DuplicateBytes += request.IsComplete ? 0 : request.ReceivedBytes;
        if (context.Window.Find(request.Chunk) is { } entry && entry.Request == request)
        {
            context.Window.SetRequest(entry, null);
        }
    }

    private void UpdateSupplier(Neighbor neighbor)
    {
        if (!neighbor.IsGone)
        {
            context.Neighbors.Suppliers[neighbor.Slot].Outstanding = neighbor.Outstanding.Count;
        }
    }
}
