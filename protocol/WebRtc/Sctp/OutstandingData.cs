using Peercast.WebRtc.Sctp.Chunks;
using Peercast.WebRtc.Sctp.Congestion;

namespace Peercast.WebRtc.Sctp;

/// <summary>
/// The DATA chunks that await acknowledgement, in a ring by TSN. Those in flight are linked in the order of their last
/// transmission as well, so that loss detection looks at the oldest only.
/// </summary>
internal sealed class OutstandingData(uint initialTsn, SendQueue queue, DeliveryRateEstimator delivery)
{
    private OutstandingChunk[] _ring = new OutstandingChunk[16];
    private long _order;
    private uint _lostHint = initialTsn;

    private InFlightList _inFlight;

    /// <summary>Everything up to this TSN is acknowledged.</summary>
    public uint CumulativeTsn { get; private set; } = initialTsn - 1;

    /// <summary>The TSN of the next new chunk.</summary>
    public uint NextTsn { get; private set; } = initialTsn;

    public int Count => (int)(NextTsn - CumulativeTsn - 1);

    /// <summary>Payload bytes in flight.</summary>
    public int FlightBytes { get; private set; }

    public int InFlightCount => _inFlight.Count;

    public int LostCount { get; private set; }

    /// <summary>Chunks that the peer holds beyond a gap.</summary>
    public int GapAcknowledgedCount { get; private set; }

    /// <summary>The chunk of a TSN between <see cref="CumulativeTsn"/> and <see cref="NextTsn"/>, both excluded.</summary>
    public ref OutstandingChunk this[uint tsn] => ref _ring[tsn & (uint)(_ring.Length - 1)];

    /// <summary>The chunk in flight that was transmitted longest ago.</summary>
    public bool TryGetOldest(out uint tsn)
    {
        tsn = _inFlight.First;
        return _inFlight.Count > 0;
    }

    /// <summary>Adds a fragment that has just been taken from its message, and returns its TSN.</summary>
    public uint Add(TimeSpan now, OutgoingMessage message, int offset, int length)
    {
        if (Count + 1 == _ring.Length)
            Grow();
        uint tsn = NextTsn++;
        if (offset == 0)
            message.FirstTsn = tsn;
        message.LastTsn = tsn;
        this[tsn] = new OutstandingChunk { Message = message, Offset = offset, Length = length };
        Transmit(now, tsn);
        return tsn;
    }

    /// <summary>
    /// Adds a chunk that will never be sent, so that FORWARD TSN has a TSN to carry the peer over a message whose
    /// fragments so far have all arrived.
    /// </summary>
    public void AddPlaceholder(OutgoingMessage message)
    {
        if (Count + 1 == _ring.Length)
            Grow();
        uint tsn = NextTsn++;
        message.LastTsn = tsn;
        message.TakeFragment(0);
        this[tsn] = new OutstandingChunk { Message = message, State = OutstandingState.Abandoned };
    }

    /// <summary>A chunk goes out, for the first time or again.</summary>
    public void Transmit(TimeSpan now, uint tsn)
    {
        ref var chunk = ref this[tsn];
        if (chunk.Transmissions > 0)
            Leave(tsn, ref chunk);
        chunk.State = OutstandingState.InFlight;
        chunk.SentAt = now;
        chunk.Order = ++_order;
        chunk.Transmissions++;
        chunk.AnswerMayWait = false;
        chunk.Stamp = delivery.Stamp(now, FlightBytes, chunk.Length);
        FlightBytes += chunk.Length;
        Link(tsn, ref chunk);
    }

    /// <summary>The first chunk that waits for retransmission.</summary>
    public bool TryGetLost(out uint tsn)
    {
        tsn = _lostHint;
        if (LostCount == 0)
            return false;
        if (!SerialNumber.IsAfter(tsn, CumulativeTsn))
            tsn = CumulativeTsn + 1;
        while (this[tsn].State != OutstandingState.Lost)
            tsn++;
        _lostHint = tsn;
        return true;
    }

    public void MarkLost(uint tsn)
    {
        ref var chunk = ref this[tsn];
        Leave(tsn, ref chunk);
        chunk.State = OutstandingState.Lost;
        LostCount++;
        if (LostCount == 1 || SerialNumber.IsBefore(tsn, _lostHint))
            _lostHint = tsn;
    }

    /// <summary>Deems all lost that is in flight.</summary>
    public void MarkAllLost()
    {
        while (TryGetOldest(out uint tsn))
            MarkLost(tsn);
    }

    /// <summary>Gives up a message of which at least one fragment has been sent.</summary>
    public void Abandon(OutgoingMessage message)
    {
        if (!message.IsAbandoned)
            message.Abandon();
        uint first = SerialNumber.IsAfter(message.FirstTsn, CumulativeTsn) ? message.FirstTsn : CumulativeTsn + 1;
        for (uint tsn = first; !SerialNumber.IsAfter(tsn, message.LastTsn); tsn++)
        {
            ref var chunk = ref this[tsn];
            if (chunk.State == OutstandingState.Abandoned)
                continue;
            Leave(tsn, ref chunk);
            chunk.State = OutstandingState.Abandoned;
        }
    }

    /// <summary>Takes a SACK whose cumulative TSN is neither older than ours nor beyond what was sent.</summary>
    public AcknowledgedData Acknowledge(in SackChunk sack)
    {
        var result = default(AcknowledgedData);
        while (CumulativeTsn != sack.CumulativeTsn)
        {
            uint tsn = CumulativeTsn + 1;
            ref var chunk = ref this[tsn];
            if (chunk.State is OutstandingState.InFlight or OutstandingState.Lost)
                result.Add(tsn, chunk);
            Leave(tsn, ref chunk);
            CumulativeTsn = tsn;
            result.HasAdvanced = true;
            var message = chunk.Message;
            chunk = default;
            if (message.FragmentDone())
                queue.Release(message);
        }

        int lastEnd = 0;
        for (int i = 0; i < sack.GapCount; i++)
        {
            var (start, end) = sack.Gap(i);
            // Blocks in order and apart: a peer cannot make us walk the same chunks over and over.
            if (start <= lastEnd || end < start)
                break;
            lastEnd = end;
            for (int offset = start; offset <= Math.Min(end, Count); offset++)
            {
                uint tsn = CumulativeTsn + (uint)offset;
                ref var chunk = ref this[tsn];
                if (chunk.State is not (OutstandingState.InFlight or OutstandingState.Lost))
                    continue;
                result.Add(tsn, chunk);
                Leave(tsn, ref chunk);
                chunk.State = OutstandingState.Acknowledged;
                GapAcknowledgedCount++;
            }
        }

        // The first chunk after the cumulative TSN was reported before and is missing now: the peer has reneged.
        if (Count > 0 && this[CumulativeTsn + 1].State == OutstandingState.Acknowledged)
            ForgetGapBlocks();
        return result;
    }

    private void ForgetGapBlocks()
    {
        for (uint tsn = CumulativeTsn + 1; tsn != NextTsn; tsn++)
        {
            ref var chunk = ref this[tsn];
            if (chunk.State != OutstandingState.Acknowledged)
                continue;
            GapAcknowledgedCount--;
            chunk.State = OutstandingState.Lost;
            LostCount++;
        }

        _lostHint = CumulativeTsn + 1;
    }

    // Takes a chunk out of the counts of its present state.
    private void Leave(uint tsn, ref OutstandingChunk chunk)
    {
        switch (chunk.State)
        {
            case OutstandingState.InFlight:
                FlightBytes -= chunk.Length;
                Unlink(tsn, ref chunk);
                break;
            case OutstandingState.Lost:
                LostCount--;
                break;
            case OutstandingState.Acknowledged:
                GapAcknowledgedCount--;
                break;
        }
    }

    private void Link(uint tsn, ref OutstandingChunk chunk)
    {
        chunk.Earlier = _inFlight.Last;
        if (_inFlight.Count++ == 0)
            _inFlight.First = tsn;
        else
            this[_inFlight.Last].Later = tsn;
        _inFlight.Last = tsn;
    }

    private void Unlink(uint tsn, ref OutstandingChunk chunk)
    {
        bool isFirst = tsn == _inFlight.First, isLast = tsn == _inFlight.Last;
        if (isFirst)
            _inFlight.First = chunk.Later;
        else
            this[chunk.Earlier].Later = chunk.Later;
        if (isLast)
            _inFlight.Last = chunk.Earlier;
        else
            this[chunk.Later].Earlier = chunk.Earlier;
        _inFlight.Count--;
    }

    private void Grow()
    {
        var old = _ring;
        _ring = new OutstandingChunk[old.Length * 2];
        for (uint tsn = CumulativeTsn + 1; tsn != NextTsn; tsn++)
            this[tsn] = old[tsn & (uint)(old.Length - 1)];
    }

    private struct InFlightList
    {
        public int Count;
        public uint First;
        public uint Last;
    }
}
