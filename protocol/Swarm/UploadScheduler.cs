using System.Numerics;
using Peercast.Protocol.Primitives;
using Peercast.Protocol.Scheduling;
using Peercast.Protocol.Wire;

namespace Peercast.Protocol.Swarm;

/// <summary>
/// Serves neighbors: answers each request at once, then sends one chunk at a time, looking again before each, within
/// the upload limit and with at most two chunks in any send buffer.
/// </summary>
internal sealed class UploadScheduler
{
    /// <summary>
    /// Send buffers together hold no more than the uplink empties in this time, or two chunks: on a slow uplink with
    /// many neighbors two chunks for each would be decided far too early.
    /// </summary>
    private const double MaxBufferedSeconds = 0.25;

    /// <summary>Requests that wait, over all neighbors.</summary>
    private const int MaxQueue = 512;

    private readonly SwarmContext _context;
    private readonly AdmissionRule _decide;
    private readonly TimeSpan _urgent;
    private readonly List<UploadRequest> _queue = [];
    private readonly UploadBudget _budget;
    private long _charged;
    private long _queuedBytes;
    private long _limit;

    public UploadScheduler(SwarmContext context)
    {
        _context = context;
        _decide = context.Options.Recorded ? RecordedAdmission.Decide : Admission.Decide;

        // Rarity says nothing in a recording: what few have is what those in front just got. All of it goes by deadline.
        _urgent = context.Options.Recorded ? TimeSpan.FromDays(1) : context.Options.UrgentWindow;
        _limit = context.Options.UploadLimit;
        _budget = new UploadBudget(_limit);
    }

    /// <summary>What the uplink was found to give.</summary>
    public UplinkEstimator Uplink { get; } = new();

    /// <summary>Requests turned away for load since the last choking decision.</summary>
    public int BusyRejections { get; set; }

    /// <summary>Bytes that wait, in the queue and in send buffers.</summary>
    public long BacklogBytes => _queuedBytes + Uplink.WaitingBytes;

    /// <summary>Bytes of media per second that can be given.</summary>
    public double BytesPerSecond => Math.Max(1, Math.Min(_budget.MediaBytesPerSecond, Uplink.BytesPerSecond));

    public void SetLimit(TimeSpan now, long bitsPerSecond)
    {
        _limit = Math.Max(0, bitsPerSecond);
        _budget.SetLimit(now, _limit);
    }

    /// <summary>When <see cref="Pump"/> is due apart from events.</summary>
    public TimeSpan Due(TimeSpan now) => _queue.Count > 0 && !_budget.CanSend(now) ? _budget.NextAt(now) : TimeSpan.MaxValue;

    /// <summary>Answers a request.</summary>
    public void Requested(TimeSpan now, Neighbor neighbor, RequestMessage request)
    {
        if (Refuse(neighbor, request) is { } reason)
        {
            Reject(neighbor, request.Request, reason);
            return;
        }

        int length = _context.Window.Find(request.Chunk)!.Info.Length;
        TimeSpan deadline = now + TimeSpan.FromMilliseconds(request.TimeToDeadlineMs);
        Admission.Verdict verdict = _decide(
            AheadOf(now, deadline) + (long)_budget.DebtAt(now),
            BacklogBytes,
            length,
            BytesPerSecond,
            neighbor.RoundTripSeconds / 2,
            request.TimeToDeadlineMs == ushort.MaxValue ? double.PositiveInfinity : request.TimeToDeadlineMs / 1000.0,
            _context.Options.MaxUploadQueue.TotalSeconds,
            out double eta);
        if (verdict != Admission.Verdict.Accept)
        {
            BusyRejections++;
            Reject(neighbor, request.Request, verdict == Admission.Verdict.Busy ? RejectReason.Busy : RejectReason.TooLate);
            return;
        }

        _queue.Add(new UploadRequest(neighbor, request.Request, request.Chunk, length, deadline));
        _queuedBytes += length;
        neighbor.QueuedRequests++;
        _context.Send(neighbor, new AcceptMessage(request.Request, (ushort)Math.Clamp(eta * 1000, 0, ushort.MaxValue)).Encode());
    }

    public void Canceled(Neighbor neighbor, uint request)
    {
        int index = _queue.FindIndex(waiting => waiting.Neighbor == neighbor && waiting.Id == request);
        if (index >= 0)
        {
            RemoveAt(index);
        }
    }

    /// <summary>Rejects all that a neighbor waits for.</summary>
    public void RejectAll(Neighbor neighbor, RejectReason reason)
    {
        for (int i = _queue.Count - 1; i >= 0; i--)
        {
            if (_queue[i].Neighbor == neighbor)
            {
                Reject(neighbor, _queue[i].Id, reason);
                RemoveAt(i);
            }
        }
    }

    public void NeighborRemoved(TimeSpan now, Neighbor neighbor)
    {
        for (int i = _queue.Count - 1; i >= 0; i--)
        {
            if (_queue[i].Neighbor == neighbor)
            {
                RemoveAt(i);
            }
        }

        Uplink.Lost(now, neighbor.SendBuffer.Waiting);
    }

    /// <summary>The driver's account of a send buffer.</summary>
    public void BufferChanged(TimeSpan now, Neighbor neighbor, long waiting) =>
        Uplink.Drained(now, neighbor.SendBuffer.Report(waiting));

    /// <summary>Sends as long as something waits, the limit allows it and a send buffer has room.</summary>
    public void Pump(TimeSpan now)
    {
        _budget.Spend(now, _context.Counter.BesidesMediaWireBytes - _charged);
        _charged = _context.Counter.BesidesMediaWireBytes;
        while (_queue.Count > 0 && HasRoom && _budget.CanSend(now))
        {
            int next = FindNext(now);
            if (next < 0)
            {
                return;
            }

            UploadRequest request = _queue[next];
            RemoveAt(next);
            if (_context.Window.Find(request.Chunk) is not { IsHeld: true } entry)
            {
                Reject(request.Neighbor, request.Id, RejectReason.NotHeld);
            }
            else if (request.Deadline + TimeSpan.FromSeconds(0.5) < now)
            {
                Reject(request.Neighbor, request.Id, RejectReason.TooLate);
            }
            else
            {
                SendChunk(now, request, entry);
            }
        }
    }

    private RejectReason? Refuse(Neighbor neighbor, RequestMessage request) =>
        _limit == 0 ? RejectReason.NoUpload
        : neighbor.IsChoked ? RejectReason.Choked
        : _context.Window.Find(request.Chunk) is not { IsHeld: true } ? RejectReason.NotHeld
        : neighbor.QueuedRequests >= Neighbor.MaxQueuedRequests || _queue.Count >= MaxQueue ? RejectReason.Busy
        : null;

    private void Reject(Neighbor neighbor, uint request, RejectReason reason) =>
        _context.Send(neighbor, new RejectMessage(request, reason).Encode());

    private bool HasRoom => Uplink.WaitingBytes <= Math.Max(Chunks.ChunkInfo.MaxLength, BytesPerSecond * MaxBufferedSeconds);

    /// <summary>What is sent before a request with this deadline: all that is in send buffers, and what is due earlier, if it is urgent.</summary>
    private long AheadOf(TimeSpan now, TimeSpan deadline)
    {
        if (deadline - now >= _urgent)
        {
            return BacklogBytes;
        }

        long ahead = Uplink.WaitingBytes;
        foreach (UploadRequest waiting in _queue)
        {
            ahead += waiting.Deadline <= deadline ? waiting.Length : 0;
        }

        return ahead;
    }

    private int FindNext(TimeSpan now)
    {
        int best = -1;
        double bestKey = double.PositiveInfinity;
        double urgent = _urgent.TotalSeconds;
        for (int i = 0; i < _queue.Count; i++)
        {
            UploadRequest request = _queue[i];
            if (!request.Neighbor.SendBuffer.HasRoom)
            {
                continue;
            }

            int holders = _context.Window.Find(request.Chunk) is not null ? BitOperations.PopCount(_context.Window.HoldersOf(request.Chunk)) : 0;
            double key = UploadOrder.Key((request.Deadline - now).TotalSeconds, holders, urgent);
            if (key < bestKey)
            {
                best = i;
                bestKey = key;
            }
        }

        return best;
    }

    private void SendChunk(TimeSpan now, UploadRequest request, ChunkEntry entry)
    {
        long sent = 0;
        int maxPayload = (int)Math.Min(DataMessage.MaxPayload, _budget.MessagePackets * DataMessage.Unit);
        for (int offset = 0; offset < entry.Bytes.Length; offset += maxPayload)
        {
            var fragment = DataFragment.At(request.Id, request.Chunk, offset, entry.Bytes, maxPayload);
            _context.Outbox.SendData(request.Neighbor.Id, fragment);
            _context.Counter.ControlBytesSent += DataMessage.HeaderLength;
            _budget.Send(now, fragment.MessageLength);
            sent += fragment.MessageLength;
        }

        request.Neighbor.SendBuffer.Sent(sent);
        Uplink.Sent(now, sent);
        request.Neighbor.SentBytes += entry.Bytes.Length;
        _context.Counter.UploadedBytes += entry.Bytes.Length;
    }

    private void RemoveAt(int index)
    {
        UploadRequest request = _queue[index];
        _queuedBytes -= request.Length;
        request.Neighbor.QueuedRequests--;
        _queue.RemoveAt(index);
    }
}
