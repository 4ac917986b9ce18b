using Peercast.WebRtc.Sctp.Chunks;

namespace Peercast.WebRtc.Sctp;

/// <summary>Puts fragments together (RFC 9260, section 6.9) and delivers messages, within a bound of buffered bytes.</summary>
internal sealed class ReassemblyQueue(SctpOptions options, uint initialTsn, ReceiveWindow window, ISctpObserver observer)
{
    private readonly Dictionary<uint, PartialMessage> _byFirstTsn = [];
    private readonly Dictionary<uint, PartialMessage> _byLastTsn = [];
    private readonly IncomingStreams _streams = new(observer);
    private PartialMessage? _growing;
    private PartialMessage? _reached;
    private long _partialBytes;
    private uint _passedTsn = initialTsn - 1;

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
        if (!chunk.IsEnd && _byFirstTsn.TryGetValue(chunk.Tsn + 1, out next))
        {
            // Another message begins there: this one was left unfinished, as when the two come the other way round.
            if (next.HasBegin)
                next = null;
            else if (!next.Matches(chunk))
                return ReassemblyResult.Violation;
        }

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

    /// <summary>
    /// The cumulative TSN has moved. The fragments of a message have TSNs in sequence (RFC 9260, section 6.9): one that is unfinished
    /// and does not end with the cumulative TSN has others on both its sides and will never be whole, though no FORWARD TSN says so.
    /// </summary>
    public void AdvanceTo(uint cumulativeTsn) =>
        Pass(cumulativeTsn, TryGetEndingAt(cumulativeTsn, out var message) && message.HasBegin ? message : null);

    /// <summary>Everything up to a TSN was given up: unfinished messages that begin there will never be whole.</summary>
    /// <param name="tsn">After the cumulative TSN so far.</param>
    public void DropUpTo(uint tsn) => Pass(tsn, reached: null);

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

    // Drops what begins up to a TSN, but for the message that may go on beyond it. What began up to the last such TSN is gone,
    // with the same exception.
    private void Pass(uint tsn, PartialMessage? reached)
    {
        if (_reached is { } before && before != reached)
            Drop(before);
        if (_byFirstTsn.Count > (reached is null ? 0 : 1))
            DropOthers(tsn, reached);
        _passedTsn = tsn;
        _reached = reached;
    }

    // A peer may hold very many runs and pass one TSN after the other: this costs no more than the TSNs since the last time.
    private void DropOthers(uint tsn, PartialMessage? reached)
    {
        if (tsn - _passedTsn < (uint)_byFirstTsn.Count)
        {
            for (uint first = _passedTsn + 1; first != tsn + 1; first++)
            {
                if (_byFirstTsn.TryGetValue(first, out var message) && message != reached)
                    Drop(message);
            }

            return;
        }

        // A dictionary may lose entries while it is gone through.
        foreach (var message in _byFirstTsn.Values)
        {
            if (!SerialNumber.IsAfter(message.FirstTsn, tsn) && message != reached)
                Drop(message);
        }
    }

    private void Drop(PartialMessage message)
    {
        Remove(message);
        message.Release();
    }

    private void Remove(PartialMessage message)
    {
        _byFirstTsn.Remove(message.FirstTsn);
        _byLastTsn.Remove(message.LastTsn);
        _partialBytes -= message.Cost;
        if (_growing == message)
            _growing = null;
        if (_reached == message)
            _reached = null;
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
