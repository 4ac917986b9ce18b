namespace Peercast.WebRtc.Sctp;

/// <summary>
/// Messages that wait for their first transmission, one queue a stream. Streams take turns message by message: without
/// I-DATA the fragments of a message must have consecutive TSNs.
/// </summary>
internal sealed class SendQueue(SctpOptions options, ISctpObserver observer)
{
    // What a message costs beside its bytes, so that a flood of tiny ones is bounded too.
    private const int MessageOverhead = 96;

    // The part of the bound that must be free before those are told whom it stopped: not each acknowledged message wakes them.
    private const int FreePart = 16;
    private readonly Dictionary<ushort, OutgoingStream> _streams = [];
    private readonly Queue<OutgoingStream> _turns = new();
    private readonly Queue<OutgoingStream> _refused = new();
    private OutgoingStream? _current;
    private long _heldBytes;

    /// <summary>Nothing waits for its first transmission, streams under reset aside.</summary>
    public bool IsEmpty => _current is null && _turns.Count == 0;

    /// <summary>The message that <see cref="Next"/> begins with.</summary>
    public OutgoingMessage? Front =>
        _current is { } current ? current.Messages.Peek() : _turns.TryPeek(out var next) ? next.Messages.Peek() : null;

    public long BufferedAmount(ushort streamId) => _streams.TryGetValue(streamId, out var stream) ? stream.Buffered : 0;

    /// <summary>Queues a message; <see langword="false"/> when the bound of held bytes is hit or the stream is being reset.</summary>
    public bool TryAdd(TimeSpan now, ushort streamId, uint ppid, ReadOnlySpan<byte> message, in SendOptions sendOptions)
    {
        long cost = message.Length + MessageOverhead;
        var stream = Stream(streamId);
        if (stream.IsResetting)
            return false;
        if (_heldBytes + cost > options.MaxSendBuffer && !sendOptions.IsControl)
        {
            Refuse(stream);
            return false;
        }

        _heldBytes += cost;
        if (!sendOptions.IsControl)
            stream.Buffered += message.Length;
        stream.Messages.Enqueue(new OutgoingMessage(streamId, ppid, message, now, sendOptions));
        Schedule(stream);
        return true;
    }

    /// <summary>The message whose fragment goes next; expired ones are given up on the way (RFC 3758, section 3.5, A2).</summary>
    /// <param name="now">The owner's time.</param>
    /// <param name="abandonExpired">The peer understands FORWARD TSN.</param>
    /// <param name="cut">A message expired after some of its fragments had been sent; the caller must tell the peer.</param>
    public OutgoingMessage? Next(TimeSpan now, bool abandonExpired, out OutgoingMessage? cut)
    {
        cut = null;
        while (true)
        {
            if (_current is null && !_turns.TryDequeue(out _current))
                return null;
            var message = _current.Messages.Peek();
            if (!abandonExpired || message.ExpiresAt is not { } expiry || expiry > now)
                return message;
            bool wasCut = message.Sent > 0;
            Drop(message);
            if (!wasCut)
            {
                Release(message);
                continue;
            }

            cut = message;
            return null;
        }
    }

    /// <summary>Lets another stream with a short message go before what <see cref="Next"/> returned, of which nothing has gone yet.</summary>
    /// <param name="maxLength">Bytes that count as short.</param>
    public bool TryYield(int maxLength)
    {
        for (int left = _turns.Count; left > 0; left--)
        {
            var stream = _turns.Dequeue();
            bool isShort = stream.Messages.Peek().Length <= maxLength;
            _turns.Enqueue(isShort ? _current! : stream);
            if (!isShort)
                continue;
            _current = stream;
            return true;
        }

        return false;
    }

    /// <summary>Hands out the next fragment of what <see cref="Next"/> returned.</summary>
    public void Take(OutgoingMessage message, int length)
    {
        var stream = _current!;
        if (message.Sent == 0 && !message.IsUnordered)
            message.Ssn = stream.NextSsn++;
        message.TakeFragment(length);
        if (message.IsFullySent)
            FinishFront(stream);
        if (message.IsControl)
            return;
        stream.Buffered -= length;
        observer.OnBufferedAmountChanged(stream.Id, stream.Buffered);
    }

    /// <summary>Gives up a message that is still partly in the queue.</summary>
    public void Drop(OutgoingMessage message)
    {
        var stream = _current!;
        message.Abandon();
        FinishFront(stream);
        if (message.IsControl)
            return;
        stream.Buffered -= message.Length - message.Sent;
        observer.OnBufferedAmountChanged(stream.Id, stream.Buffered);
    }

    /// <summary>A message is acknowledged or given up: its bytes are free.</summary>
    public void Release(OutgoingMessage message)
    {
        _heldBytes -= message.Length + MessageOverhead;
        message.Release();
        TellRefused();
    }

    /// <summary>Refuses further messages on a stream, for the time of its reset; what is queued still goes out.</summary>
    public void BeginReset(ushort streamId) => Stream(streamId).IsResetting = true;

    /// <summary>The stream is empty, so that its reset can be requested.</summary>
    public bool IsDrained(ushort streamId) => !_streams.TryGetValue(streamId, out var stream) || stream.Messages.Count == 0;

    /// <summary>The stream begins anew at SSN 0, or goes on when the reset was not performed.</summary>
    public void EndReset(ushort streamId, bool performed)
    {
        if (performed)
            _streams.Remove(streamId);
        else
            Stream(streamId).IsResetting = false;
    }

    /// <summary>Forgets everything, streams and their numbering included. Buffers go to the collector: a caller up the stack may read them.</summary>
    public void Clear()
    {
        _streams.Clear();
        _turns.Clear();
        _refused.Clear();
        _current = null;
        _heldBytes = 0;
    }

    private OutgoingStream Stream(ushort id)
    {
        if (!_streams.TryGetValue(id, out var stream))
            _streams.Add(id, stream = new OutgoingStream(id));
        return stream;
    }

    private void Refuse(OutgoingStream stream)
    {
        if (stream.IsRefused)
            return;
        stream.IsRefused = true;
        _refused.Enqueue(stream);
    }

    // What is held may be in flight to the last byte, so that no amount of a stream falls any more when it becomes free.
    private void TellRefused()
    {
        if (_refused.Count == 0)
            return;
        long free = Math.Max(options.MaxSendBuffer / FreePart, options.MaxMessageSize + MessageOverhead);
        if (_heldBytes > Math.Max(0, options.MaxSendBuffer - free))
            return;
        for (int left = _refused.Count; left > 0; left--)
        {
            var stream = _refused.Dequeue();
            stream.IsRefused = false;
            observer.OnSendBufferFree(stream.Id);
        }
    }

    private void Schedule(OutgoingStream stream)
    {
        if (stream.IsScheduled)
            return;
        stream.IsScheduled = true;
        _turns.Enqueue(stream);
    }

    private void FinishFront(OutgoingStream stream)
    {
        stream.Messages.Dequeue();
        stream.IsScheduled = false;
        _current = null;
        if (stream.Messages.Count > 0)
            Schedule(stream);
    }

    private sealed class OutgoingStream(ushort id)
    {
        public ushort Id { get; } = id;

        public Queue<OutgoingMessage> Messages { get; } = new();

        public ushort NextSsn { get; set; }

        public long Buffered { get; set; }

        public bool IsScheduled { get; set; }

        public bool IsResetting { get; set; }

        /// <summary>A message was refused, and nobody has been told yet that there is room again.</summary>
        public bool IsRefused { get; set; }
    }
}
