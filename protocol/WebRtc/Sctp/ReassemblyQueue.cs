using Peercast.WebRtc.Sctp.Chunks;

namespace Peercast.WebRtc.Sctp;

/// <summary>Puts fragments together (RFC 9260, section 6.9) and delivers messages, within a bound of buffered bytes.</summary>
internal sealed class ReassemblyQueue(SctpOptions options, uint initialTsn, ReceiveWindow window, ISctpObserver observer)
{
    private readonly Dictionary<uint, PartialMessage> _byFirstTsn = [];
    private readonly Dictionary<uint, PartialMessage> _byLastTsn = [];
    private readonly IncomingStreams _streams = new(observer);
    private PartialMessage? _growing;
    private long _partialBytes;
    private uint _droppedUpTo = initialTsn - 1;

    /// <summary>Bytes held, bookkeeping included.</summary>
    public long BufferedBytes => _partialBytes + _streams.WaitingBytes;

    /// <summary>The streams that have been used, in ascending order.</summary>
    public ushort[] UsedStreams() => _streams.Used();

    /// <summary>Takes a fragment that has not been seen before.</summary>
    /// <param name="chunk">The fragment.</param>
    /// <param name="isNextInOrder">It moves the cumulative TSN: refusing it would stall the association.</param>
    public ReassemblyResult Add(in DataChunk chunk, bool isNextInOrder)
    {
        if (BufferedBytes + chunk.Payload.Length + PartialMessage.Overhead > window.Size)
        {
            // A peer within its window gets here with small fragments only; one that owes us nothing may go over by a message.
            if (!isNextInOrder)
                return ReassemblyResult.Full;
            if (BufferedBytes > (long)window.Size + (2 * options.MaxMessageSize))
                return ReassemblyResult.Exhausted;
        }

        if (chunk.IsBegin && chunk.IsEnd)
            return DeliverWhole(chunk);

        PartialMessage? previous = null, next = null;
        if (!chunk.IsBegin && TryGetEndingAt(chunk.Tsn - 1, out previous) && (previous.HasEnd || !previous.Matches(chunk)))
            return ReassemblyResult.Violation;
        if (!chunk.IsEnd && _byFirstTsn.TryGetValue(chunk.Tsn + 1, out next) && (next.HasBegin || !next.Matches(chunk)))
            return ReassemblyResult.Violation;
        int length = chunk.Payload.Length + (previous?.Length ?? 0) + (next?.Length ?? 0);
        if (length > options.MaxMessageSize)
            return ReassemblyResult.Violation;

        var message = Join(previous, chunk, next);
        if (message.IsComplete)
        {
            Remove(message);
            return Complete(message);
        }

        return ReassemblyResult.Accepted;
    }

    /// <summary>Everything up to a TSN was given up: unfinished messages that begin there will never be whole.</summary>
    /// <param name="tsn">The new cumulative TSN; after that of the call before.</param>
    public void DropUpTo(uint tsn)
    {
        List<PartialMessage>? dropped = null;
        // What began up to the last drop is gone. A peer may hold very many runs and give up one TSN after the other: a drop
        // costs no more than the TSNs since the one before it.
        if (tsn - _droppedUpTo < (uint)_byFirstTsn.Count)
        {
            for (uint first = _droppedUpTo + 1; first != tsn + 1; first++)
            {
                if (_byFirstTsn.TryGetValue(first, out var message))
                    (dropped ??= []).Add(message);
            }
        }
        else
        {
            foreach (var message in _byFirstTsn.Values)
            {
                if (!SerialNumber.IsAfter(message.FirstTsn, tsn))
                    (dropped ??= []).Add(message);
            }
        }

        _droppedUpTo = tsn;
        foreach (var message in dropped ?? [])
        {
            Remove(message);
            message.Release();
        }
    }

    /// <summary>Messages of an ordered stream were given up, up to a sequence number.</summary>
    public void SkipTo(ushort streamId, ushort ssn) => _streams.SkipTo(streamId, ssn);

    /// <summary>The peer's stream begins anew.</summary>
    public void ResetStream(ushort streamId) => _streams.Reset(streamId);

    private ReassemblyResult DeliverWhole(in DataChunk chunk)
    {
        if (chunk.IsUnordered)
        {
            observer.OnMessage(chunk.StreamId, chunk.Ppid, chunk.Payload);
            return ReassemblyResult.Accepted;
        }

        if (!_streams.TryAdvance(chunk.StreamId, chunk.Ssn))
            return Store(new PartialMessage(chunk, options.MaxMessageSize));
        observer.OnMessage(chunk.StreamId, chunk.Ppid, chunk.Payload);
        _streams.DeliverWaiting(chunk.StreamId);
        return ReassemblyResult.Accepted;
    }

    private ReassemblyResult Complete(PartialMessage message)
    {
        if (!message.IsUnordered && !_streams.TryAdvance(message.StreamId, message.Ssn))
            return Store(message);
        message.Deliver(observer);
        if (!message.IsUnordered)
            _streams.DeliverWaiting(message.StreamId);
        return ReassemblyResult.Accepted;
    }

    private ReassemblyResult Store(PartialMessage message)
    {
        if (_streams.TryStore(message))
            return ReassemblyResult.Accepted;
        message.Release();
        return ReassemblyResult.Violation;
    }

    private PartialMessage Join(PartialMessage? previous, in DataChunk chunk, PartialMessage? next)
    {
        if (previous is not null)
        {
            _byLastTsn.Remove(previous.LastTsn);
            _partialBytes -= previous.Cost;
            previous.Append(chunk);
            if (next is not null)
            {
                Remove(next);
                previous.Append(next);
            }
        }
        else if (next is not null)
        {
            _byFirstTsn.Remove(next.FirstTsn);
            _byLastTsn.Remove(next.LastTsn);
            _partialBytes -= next.Cost;
            next.Prepend(chunk);
            _byFirstTsn.Add(next.FirstTsn, next);
        }
        else
        {
            next = new PartialMessage(chunk, options.MaxMessageSize);
            _byFirstTsn.Add(next.FirstTsn, next);
        }

        var message = previous ?? next!;
        _byLastTsn.Add(message.LastTsn, message);
        _partialBytes += message.Cost;
        _growing = message;
        return message;
    }

    // Nearly every fragment continues the message that grew last.
    private bool TryGetEndingAt(uint tsn, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out PartialMessage? message)
    {
        message = _growing;
        return (message is not null && message.LastTsn == tsn) || _byLastTsn.TryGetValue(tsn, out message);
    }

    private void Remove(PartialMessage message)
    {
        _byFirstTsn.Remove(message.FirstTsn);
        _byLastTsn.Remove(message.LastTsn);
        _partialBytes -= message.Cost;
        if (_growing == message)
            _growing = null;
    }
}

/// <summary>What became of a fragment.</summary>
internal enum ReassemblyResult
{
    Accepted,

    /// <summary>There is no room for it now; it must not be acknowledged.</summary>
    Full,

    /// <summary>There will never be room: the peer keeps messages unfinished or skips sequence numbers.</summary>
    Exhausted,

    /// <summary>It contradicts other fragments, repeats a sequence number or makes a message too large.</summary>
    Violation,
}
