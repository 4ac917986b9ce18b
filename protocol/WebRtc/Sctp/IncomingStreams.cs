namespace Peercast.WebRtc.Sctp;

/// <summary>The order of messages on each stream that the peer sends on (RFC 9260, section 6.5).</summary>
internal sealed class IncomingStreams(ISctpObserver observer)
{
    private readonly Dictionary<ushort, IncomingStream> _streams = [];

    /// <summary>Bytes of whole messages that wait for an earlier one.</summary>
    public long WaitingBytes { get; private set; }

    /// <summary>The next message in order is this one: the caller may deliver it without storing it.</summary>
    public bool TryAdvance(ushort streamId, ushort ssn)
    {
        var stream = Stream(streamId);
        if (stream.NextSsn != ssn)
            return false;
        stream.Turn++;
        return true;
    }

    /// <summary>Delivers what waited for the message that has just been delivered.</summary>
    public void DeliverWaiting(ushort streamId)
    {
        var stream = Stream(streamId);
        while (stream.Waiting is { } waiting && waiting.Remove(stream.Turn, out var next))
        {
            stream.Turn++;
            Deliver(next);
        }
    }

    /// <summary>Keeps a whole message until those before it have come.</summary>
    /// <returns><see langword="false"/> for a sequence number that was used already: the message is not kept.</returns>
    public bool TryStore(PartialMessage message)
    {
        var stream = Stream(message.StreamId);
        if (SerialNumber.IsBefore(message.Ssn, stream.NextSsn))
            return false;
        if (!(stream.Waiting ??= []).TryAdd(stream.TurnOf(message.Ssn), message))
            return false;
        WaitingBytes += message.Cost;
        return true;
    }

    /// <summary>The sender gave up the messages up to one: those that are here are delivered, the others skipped.</summary>
    public void SkipTo(ushort streamId, ushort ssn)
    {
        var stream = Stream(streamId);
        if (SerialNumber.IsBefore(ssn, stream.NextSsn))
            return;
        long last = stream.TurnOf(ssn);
        while (stream.Waiting is { Count: > 0 } waiting && waiting.First() is var (turn, next) && turn <= last)
        {
            waiting.Remove(turn);
            Deliver(next);
        }

        stream.Turn = last + 1;
        DeliverWaiting(streamId);
    }

    /// <summary>The stream begins anew at zero.</summary>
    public void Reset(ushort streamId)
    {
        if (!_streams.Remove(streamId, out var stream))
            return;
        foreach (var message in stream.Waiting?.Values ?? Enumerable.Empty<PartialMessage>())
        {
            WaitingBytes -= message.Cost;
            message.Release();
        }
    }

    /// <summary>The streams that have been used, in ascending order.</summary>
    public ushort[] Used()
    {
        ushort[] ids = [.. _streams.Keys];
        Array.Sort(ids);
        return ids;
    }

    private void Deliver(PartialMessage message)
    {
        WaitingBytes -= message.Cost;
        message.Deliver(observer);
    }

    private IncomingStream Stream(ushort id)
    {
        if (!_streams.TryGetValue(id, out var stream))
            _streams.Add(id, stream = new IncomingStream());
        return stream;
    }

    private sealed class IncomingStream
    {
        /// <summary>How many messages were delivered or skipped: the next sequence number, without its wrapping around.</summary>
        public long Turn { get; set; }

        public ushort NextSsn => (ushort)Turn;

        /// <summary>By their turns. Whatever the order in which a peer sends them, each costs a logarithm of their number.</summary>
        public SortedDictionary<long, PartialMessage>? Waiting { get; set; }

        /// <summary>The turn of a sequence number that is not before <see cref="NextSsn"/>.</summary>
        public long TurnOf(ushort ssn) => Turn + (ushort)(ssn - NextSsn);
    }
}
