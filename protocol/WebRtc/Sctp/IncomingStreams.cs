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
        stream.NextSsn++;
        return true;
    }

    /// <summary>Delivers what waited for the message that has just been delivered.</summary>
    public void DeliverWaiting(ushort streamId)
    {
        var stream = Stream(streamId);
        while (stream.Waiting is [var first, ..] && first.Ssn == stream.NextSsn)
        {
            stream.NextSsn++;
            Deliver(stream, first);
        }
    }

    /// <summary>Keeps a whole message until those before it have come.</summary>
    /// <returns><see langword="false"/> for a sequence number that was used already: the message is not kept.</returns>
    public bool TryStore(PartialMessage message)
    {
        var stream = Stream(message.StreamId);
        if (SerialNumber.IsBefore(message.Ssn, stream.NextSsn))
            return false;
        var waiting = stream.Waiting ??= [];
        int index = waiting.Count;
        while (index > 0 && SerialNumber.IsBefore(message.Ssn, waiting[index - 1].Ssn))
            index--;
        if (index > 0 && waiting[index - 1].Ssn == message.Ssn)
            return false;
        waiting.Insert(index, message);
        WaitingBytes += message.Cost;
        return true;
    }

    /// <summary>The sender gave up the messages up to one: those that are here are delivered, the others skipped.</summary>
    public void SkipTo(ushort streamId, ushort ssn)
    {
        var stream = Stream(streamId);
        if (SerialNumber.IsBefore(ssn, stream.NextSsn))
            return;
        while (stream.Waiting is [var first, ..] && !SerialNumber.IsBefore(ssn, first.Ssn))
            Deliver(stream, first);
        stream.NextSsn = (ushort)(ssn + 1);
        DeliverWaiting(streamId);
    }

    /// <summary>The stream begins anew at zero.</summary>
    public void Reset(ushort streamId)
    {
        if (!_streams.Remove(streamId, out var stream))
            return;
        foreach (var message in stream.Waiting ?? [])
            Drop(message);
        stream.Waiting = null;
    }

    /// <summary>The streams that have been used, in ascending order.</summary>
    public ushort[] Used()
    {
        ushort[] ids = [.. _streams.Keys];
        Array.Sort(ids);
        return ids;
    }

    private void Deliver(IncomingStream stream, PartialMessage message)
    {
        stream.Waiting!.RemoveAt(0);
        WaitingBytes -= message.Cost;
        message.Deliver(observer);
    }

    private void Drop(PartialMessage message)
    {
        WaitingBytes -= message.Cost;
        message.Release();
    }

    private IncomingStream Stream(ushort id)
    {
        if (!_streams.TryGetValue(id, out var stream))
            _streams.Add(id, stream = new IncomingStream());
        return stream;
    }

    private sealed class IncomingStream
    {
        public ushort NextSsn { get; set; }

        /// <summary>In the order of their sequence numbers.</summary>
        public List<PartialMessage>? Waiting { get; set; }
    }
}
