namespace Peercast.Origin.Egress;

/// <summary>
/// Keeps the origin's media within a rate. Replies take turns, a chunk each: those to viewers who watch before those to
/// viewers who join, and HLS last. A turn is given when the line would be free, and never when it would bring more than the
/// rate into one second. A state machine without clock or lock; what is given a turn is to be sent at once.
/// </summary>
internal sealed class EgressPacer
{
    /// <summary>HLS together is held to this share of the rate: nobody there gives anything to others.</summary>
    public const double HlsShare = 0.5;

    /// <summary>What the rate is kept over.</summary>
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(1);

    /// <summary>A driver's timer may be so late without the line losing time.</summary>
    private static readonly TimeSpan Lateness = TimeSpan.FromMilliseconds(20);

    private readonly Queue<(PacedReply Reply, int Bytes)>[] _turns = [new(), new(), new()];
    private readonly long[] _pending = new long[3];
    private readonly Queue<(TimeSpan At, long Bytes)> _sent = [];
    private long _sentInWindow;
    private TimeSpan _freeAt;
    private TimeSpan _hlsFreeAt;

    /// <param name="bytesPerSecond">The rate, headers of TCP and TLS included; more than a chunk.</param>
    public EgressPacer(double bytesPerSecond) => BytesPerSecond = bytesPerSecond;

    /// <summary>The rate.</summary>
    public double BytesPerSecond { get; }

    /// <summary>When the next turn may be given; <see cref="TimeSpan.MaxValue"/>: nobody waits.</summary>
    public TimeSpan Due
    {
        get
        {
            if (Next(TimeSpan.MaxValue) is not { } turns)
            {
                return TimeSpan.MaxValue;
            }

            (PacedReply reply, int bytes) = turns.Peek();
            TimeSpan free = reply.Kind == EgressClass.Hls ? Later(_freeAt, _hlsFreeAt) : _freeAt;
            return Later(free, RoomAt(WithHeaders(bytes)));
        }
    }

    /// <summary>Media of replies under way that has not been sent.</summary>
    public long Pending(EgressClass kind) => _pending[(int)kind];

    /// <summary>
    /// How long the last byte of a new reply would wait, were nothing of higher classes to come. HLS waits for its own share.
    /// </summary>
    public TimeSpan WaitFor(EgressClass kind)
    {
        long ahead = 0;
        for (int i = 0; i <= (int)kind; i++)
        {
            ahead += _pending[i];
        }

        double wait = WithHeaders(ahead) / BytesPerSecond;
        return TimeSpan.FromSeconds(kind == EgressClass.Hls ? Math.Max(wait, WithHeaders(Pending(kind)) / (BytesPerSecond * HlsShare)) : wait);
    }

    /// <summary>Begins a reply.</summary>
    /// <param name="kind">To whom.</param>
    /// <param name="bytes">Its media.</param>
    public PacedReply Open(EgressClass kind, long bytes)
    {
        _pending[(int)kind] += bytes;
        return new PacedReply(kind, bytes);
    }

    /// <summary>A reply wants to send so much next; it has to wait until <see cref="TryTake"/> names it.</summary>
    public void Want(PacedReply reply, int bytes) => _turns[(int)reply.Kind].Enqueue((reply, bytes));

    /// <summary>Ends a reply, sent to its end or not.</summary>
    public void Close(PacedReply reply)
    {
        _pending[(int)reply.Kind] -= reply.Left;
        reply.Left = 0;
        reply.IsClosed = true;
    }

    /// <summary>Small things that do not wait: manifest batches, init segments. What waits, waits for them.</summary>
    public void Charge(TimeSpan now, long bytes) => Book(now, WithHeaders(bytes));

    /// <summary>Gives the next turn.</summary>
    /// <returns><see langword="null"/>: not before <see cref="Due"/>.</returns>
    public PacedReply? TryTake(TimeSpan now)
    {
        Expire(now);
        if (_freeAt > now || Next(now) is not { } turns)
        {
            return null;
        }

        (PacedReply reply, int bytes) = turns.Peek();
        double cost = WithHeaders(bytes);
        if (RoomAt(cost) > now)
        {
            return null;
        }

        turns.Dequeue();
        reply.Left -= bytes;
        _pending[(int)reply.Kind] -= bytes;
        Book(now, cost);
        if (reply.Kind == EgressClass.Hls)
        {
            _hlsFreeAt = Later(_hlsFreeAt, now - Lateness) + TimeSpan.FromSeconds(cost / (BytesPerSecond * HlsShare));
        }

        return reply;
    }

    /// <summary>TCP and TLS: a packet of 1,460 bytes has 40 more.</summary>
    private static double WithHeaders(long bytes) => bytes * (1500 / 1460.0);

    private static TimeSpan Later(TimeSpan a, TimeSpan b) => a > b ? a : b;

    /// <summary>Whose turn it is.</summary>
    private Queue<(PacedReply Reply, int Bytes)>? Next(TimeSpan now)
    {
        foreach (Queue<(PacedReply Reply, int)> turns in _turns)
        {
            while (turns.TryPeek(out var first) && first.Reply.IsClosed)
            {
                turns.Dequeue();
            }
        }

        return _turns[(int)EgressClass.Watching].Count > 0 ? _turns[(int)EgressClass.Watching]
            : _turns[(int)EgressClass.Joining].Count > 0 ? _turns[(int)EgressClass.Joining]
            : _turns[(int)EgressClass.Hls].Count > 0 && _hlsFreeAt <= now ? _turns[(int)EgressClass.Hls]
            : null;
    }

    private void Book(TimeSpan now, double cost)
    {
        Expire(now);
        _sent.Enqueue((now, (long)cost));
        _sentInWindow += (long)cost;
        _freeAt = Later(_freeAt, now - Lateness) + TimeSpan.FromSeconds(cost / BytesPerSecond);
    }

    private void Expire(TimeSpan now)
    {
        while (_sent.TryPeek(out var oldest) && oldest.At + Window <= now)
        {
            _sentInWindow -= oldest.Bytes;
            _sent.Dequeue();
        }
    }

    /// <summary>When the last second has room for so much.</summary>
    private TimeSpan RoomAt(double bytes)
    {
        double over = _sentInWindow + bytes - BytesPerSecond;
        if (over > 0)
        {
            foreach ((TimeSpan at, long sent) in _sent)
            {
                over -= sent;
                if (over <= 0)
                {
                    return at + Window;
                }
            }
        }

        return TimeSpan.Zero;
    }
}

/// <summary>A reply under way.</summary>
/// <param name="kind">To whom.</param>
/// <param name="bytes">Its media.</param>
internal sealed class PacedReply(EgressClass kind, long bytes)
{
    /// <summary>To whom.</summary>
    public EgressClass Kind { get; } = kind;

    /// <summary>Media not sent yet.</summary>
    public long Left { get; set; } = bytes;

    /// <summary>It gets no turn any more.</summary>
    public bool IsClosed { get; set; }

    /// <summary>What the driver wakes when its turn has come.</summary>
    public object? Tag { get; set; }
}
