using Peercast.Origin.Egress;
using Peercast.Protocol.Primitives;
using Peercast.Protocol.Swarm;
using Peercast.Simulation.Kernel;
using Peercast.Simulation.Media;
using Peercast.Simulation.Network;

namespace Peercast.Simulation.Origin;

/// <summary>
/// The origin's HTTP side: completes a part every 200 ms, signs, and answers join, chunks and batches as
/// origin/HTTP.md says. Its uplink serves the replies in turn, a chunk at a time.
/// </summary>
internal sealed class OriginActor : Actor
{
    /// <summary>Media that the join reply brings, from a segment's start.</summary>
    private static readonly TimeSpan JoinMedia = TimeSpan.FromSeconds(1);

    private const int MaxBatches = 64;

    private readonly Broadcast _broadcast;
    private readonly Paths _paths;
    private readonly TimeSpan _ring;
    private readonly IReplyLine _replies;
    private readonly PacedLine? _paced;
    private readonly List<(OriginRequest Request, TimeSpan Until)> _polls = [];
    private int _parts;

    /// <param name="index">Its place in the world.</param>
    /// <param name="broadcast">What it sends.</param>
    /// <param name="paths">To whom.</param>
    /// <param name="ring">How far back it keeps chunks; a recording is kept whole.</param>
    /// <param name="conditions">How its uplink changes; the first says how it begins.</param>
    /// <param name="budget">Its own limit of what it sends; <see langword="null"/>: none.</param>
    public OriginActor(int index, Broadcast broadcast, Paths paths, TimeSpan ring, IReadOnlyList<OriginCondition> conditions, PacedLine? budget)
        : base(index)
    {
        _broadcast = broadcast;
        _paths = paths;
        _ring = ring;
        _paced = budget;
        _replies = budget is null ? new ReplyQueue(conditions[0].Rate) : budget;
        foreach (OriginCondition change in conditions.Skip(1))
        {
            Schedule(change.At, new SimEvent(EventKind.OriginConditionChange, change.Rate));
        }

        if (broadcast.Plan.Recorded)
        {
            _parts = broadcast.PartCount;
        }
        else
        {
            _parts = (int)(broadcast.Plan.Head / Broadcast.PartDuration);
            Schedule(Broadcast.PartDuration, new SimEvent(EventKind.PartComplete));
        }
    }

    /// <summary>What it sent when, and to whom.</summary>
    public OriginLedger Ledger { get; } = new();

    /// <inheritdoc/>
    protected override TimeSpan TimerAt => _replies.Due;

    private long LiveEdge => _broadcast.ChunksAfter(_parts) - 1;

    private long FirstKept => _broadcast.Plan.Recorded
        ? 0
        : _broadcast.SegmentStart(new ChunkId(_broadcast.ChunksAfter(Math.Max(0, _parts - (int)(_ring / Broadcast.PartDuration))))).Value;

    /// <inheritdoc/>
    protected override void Handle(in SimEvent e)
    {
        switch (e.Kind)
        {
            case EventKind.PartComplete:
                CompletePart();
                break;
            case EventKind.OriginRequest:
                Answer((OriginRequest)e.Content!);
                break;
            case EventKind.OriginCancel:
                _replies.Cancel(((OriginRequest)e.Content!).Viewer, (int)e.Number);
                break;
            case EventKind.OriginConditionChange:
                ChangeCondition(e.Number);
                break;
            case EventKind.PollExpired:
                ExpirePolls();
                break;
        }
    }

    /// <inheritdoc/>
    protected override void OnTimer()
    {
        if (_replies.Complete(Now) is not { } sent)
        {
            return;
        }

        OriginRequest request = sent.Reply.Request;
        TimeSpan arrival = Now + _paths.DelayToOrigin(request.Viewer);
        if (sent.Chunk is { } chunk)
        {
            ReadOnlyMemory<byte> bytes = _broadcast.Payload(chunk);
            Ledger.Sent(Now, chunk, bytes.Length);

            // TCP starts with ten packets and doubles every round trip; a later chunk of the reply finds it opened.
            sent.Reply.SentBytes += bytes.Length;
            TimeSpan opened = sent.Reply.Begun + SlowStart.Delay(sent.Reply.SentBytes, _paths.DelayToOrigin(request.Viewer) * 2)
                + _paths.DelayToOrigin(request.Viewer);
            TimeSpan paced = sent.Reply.Begun + _paths.DelayToOrigin(request.Viewer) + RateDelay(sent.Reply.SentBytes, request.Viewer);
            arrival = Latest(arrival, opened, paced, sent.Reply.LastArrival);
            sent.Reply.LastArrival = arrival;
            Send(request.Viewer, arrival, new SimEvent(EventKind.OriginChunk, chunk.Value, sent.Reply.Request, bytes));
        }

        if (sent.IsLast)
        {
            End(request, OriginFetchResult.Completed, Latest(arrival, sent.Reply.LastArrival));
        }
    }

    private void ChangeCondition(long rate)
    {
        foreach (OriginRequest lost in _replies.SetRate(rate))
        {
            End(lost, OriginFetchResult.Failed, Now + _paths.DelayToOrigin(lost.Viewer));
        }

        if (_replies.IsDown)
        {
            foreach ((OriginRequest poll, _) in _polls)
            {
                End(poll, OriginFetchResult.Failed, Now + _paths.DelayToOrigin(poll.Viewer));
            }

            _polls.Clear();
        }
    }

    private static TimeSpan Latest(params ReadOnlySpan<TimeSpan> times)
    {
        TimeSpan latest = times[0];
        foreach (TimeSpan time in times)
        {
            latest = time > latest ? time : latest;
        }

        return latest;
    }

    private TimeSpan RateDelay(long bytes, int viewer)
    {
        double limit = Paths.TcpRateLimit(_paths[viewer].Loss, _paths.DelayToOrigin(viewer));
        return double.IsInfinity(limit) ? TimeSpan.Zero : TimeSpan.FromSeconds(bytes * 8 / limit);
    }

    private void CompletePart()
    {
        int batches = _broadcast.BatchesAfter(_parts);
        _parts++;
        if (_parts < _broadcast.PartCount)
        {
            Schedule(Now + Broadcast.PartDuration, new SimEvent(EventKind.PartComplete));
        }

        if (_broadcast.BatchesAfter(_parts) == batches)
        {
            return;
        }

        foreach ((OriginRequest request, _) in _polls)
        {
            SendBatches(request, request.Range.First.Value);
        }

        _polls.Clear();
    }

    private void Answer(OriginRequest request)
    {
        if (_replies.IsDown)
        {
            End(request, OriginFetchResult.Failed, Now + _paths.DelayToOrigin(request.Viewer));
            return;
        }

        switch (request.Kind)
        {
            case OriginRequestKind.Join:
                Join(request);
                break;
            case OriginRequestKind.Chunks:
                Chunks(request);
                break;
            case OriginRequestKind.Batches:
                Batches(request);
                break;
        }
    }

    private void Join(OriginRequest request)
    {
        long first = request.Range.First.Value;
        if (first < 0)
        {
            long behind = (long)Math.Ceiling(request.Wait / Broadcast.PartDuration);
            first = _broadcast.Plan.Recorded ? 0 : _broadcast.ChunksAfter((int)Math.Max(0, _parts - behind));
        }

        if (LiveEdge < 0)
        {
            End(request, OriginFetchResult.NotYet, Now + _paths.DelayToOrigin(request.Viewer));
            return;
        }

        List<(ChunkId Id, int)> media = JoinMediaFrom(first);
        if (_paced is not null && request.IsFirstJoin)
        {
            JoinAnswer answer = _paced.Admission.Ask(Now, request.Ticket, media.Sum(m => (long)m.Item2), _broadcast.Plan.Rate / 8.0);
            if (answer.Verdict != JoinVerdict.Admitted)
            {
                Send(
                    request.Viewer,
                    Now + _paths.DelayToOrigin(request.Viewer),
                    new SimEvent(EventKind.OriginReplyEnd, request.Request, new OriginReplyEnd(request.Kind, request.Request, OriginFetchResult.Failed, answer)));
                return;
            }

            media = JoinMediaFrom(_broadcast.ChunksAfter((int)Math.Max(0, _parts - Math.Ceiling(request.Wait * answer.Latency / Broadcast.PartDuration))));
        }

        SendBatchesFrom(request, media[0].Id);
        _replies.Add(Now, request, media);
    }

    /// <summary>The first media from the start of the segment that a chunk is in.</summary>
    private List<(ChunkId Id, int Bytes)> JoinMediaFrom(long chunk)
    {
        ChunkId start = _broadcast.SegmentStart(new ChunkId(Math.Min(chunk, LiveEdge)));
        var media = new List<(ChunkId, int)>();
        MediaTime end = _broadcast[start].PresentationTime + MediaTime.FromTimeSpan(JoinMedia);
        for (ChunkId id = start; id.Value <= LiveEdge && _broadcast[id].PresentationTime < end; id = id.Next)
        {
            media.Add((id, _broadcast[id].Length));
        }

        return media;
    }

    private void Chunks(OriginRequest request)
    {
        TimeSpan reply = Now + _paths.DelayToOrigin(request.Viewer);
        if (request.Range.First.Value < FirstKept)
        {
            End(request, OriginFetchResult.Gone, reply);
            return;
        }

        if (request.Range.Last.Value > LiveEdge)
        {
            End(request, OriginFetchResult.NotYet, reply);
            return;
        }

        if (_paced is not null && _paced.Pacer.WaitFor(EgressClass.Watching) > EgressGate.LongestWait)
        {
            End(request, OriginFetchResult.Failed, reply);
            return;
        }

        var media = new List<(ChunkId, int)>();
        for (ChunkId id = request.Range.First; id <= request.Range.Last; id = id.Next)
        {
            media.Add((id, _broadcast[id].Length));
        }

        _replies.Add(Now, request, media);
    }

    private void Batches(OriginRequest request)
    {
        long from = request.Range.First.Value;
        if (from <= LastSigned)
        {
            SendBatches(request, from);
            return;
        }

        if (_parts == _broadcast.PartCount || request.Wait <= TimeSpan.Zero)
        {
            End(request, OriginFetchResult.NotYet, Now + _paths.DelayToOrigin(request.Viewer));
            return;
        }

        _polls.Add((request, Now + request.Wait));
        Schedule(Now + request.Wait, new SimEvent(EventKind.PollExpired));
    }

    private long LastSigned => _broadcast.BatchesAfter(_parts) is > 0 and var count ? _broadcast.Batch(count - 1).Batch.Range.Last.Value : -1;

    private void SendBatches(OriginRequest request, long from)
    {
        SendBatchesFrom(request, new ChunkId(Math.Max(from, FirstKept)));
        End(request, OriginFetchResult.Completed, Now + _paths.DelayToOrigin(request.Viewer));
    }

    private void SendBatchesFrom(OriginRequest request, ChunkId from)
    {
        int count = _broadcast.BatchesAfter(_parts);
        int first = from.Value >= _broadcast.ChunkCount ? count : _broadcast.BatchOf(from);
        for (int i = first; i < count && i < first + MaxBatches; i++)
        {
            ReadOnlyMemory<byte> encoded = _broadcast.Batch(i).Encoded;
            Ledger.SentBatch(encoded.Length);
            _paced?.Pacer.Charge(Now, encoded.Length);
            Send(request.Viewer, Now + _paths.DelayToOrigin(request.Viewer), new SimEvent(EventKind.OriginBatch, request.Request, request, encoded));
        }
    }

    private void ExpirePolls()
    {
        for (int i = _polls.Count - 1; i >= 0; i--)
        {
            if (_polls[i].Until <= Now)
            {
                End(_polls[i].Request, OriginFetchResult.NotYet, Now + _paths.DelayToOrigin(_polls[i].Request.Viewer));
                _polls.RemoveAt(i);
            }
        }
    }

    private void End(OriginRequest request, OriginFetchResult result, TimeSpan at) =>
        Send(request.Viewer, at, new SimEvent(EventKind.OriginReplyEnd, request.Request, new OriginReplyEnd(request.Kind, request.Request, result)));
}
