namespace Peercast.Origin.Egress;

/// <summary>
/// Decides who may join while the origin's egress has a budget. Joins are paid from what the budget leaves after those who
/// watch: a join costs its first media, and what the viewer fetches until its neighbors supply it. As that runs low, viewers
/// are let in further behind the live edge; when it is used up they queue, in order; when the queue is too long they are
/// refused. A state machine without clock or lock.
/// </summary>
/// <param name="bytesPerSecond">The budget.</param>
/// <param name="newTicket">See <see cref="JoinQueue"/>.</param>
internal sealed class JoinAdmission(double bytesPerSecond, Func<long> newTicket)
{
    /// <summary>
    /// The share of the budget that joins may bring it to. What the viewers of a crowd cannot have from each other follows
    /// ten seconds later, and must not wait.
    /// </summary>
    private const double Usable = 0.5;

    /// <summary>Media that a viewer fetches after its join, before its neighbors supply it, and over how long.</summary>
    private const double TailSeconds = 1.5, TailDuration = 3;

    /// <summary>How much further behind viewers begin, when the last of the budget is given out: so many times their target.</summary>
    private const double MostLatency = 1.25;

    /// <summary>Saved for so long, budget that nobody used is there for a burst of joins.</summary>
    private const double BurstSeconds = 1;

    /// <summary>Of what those who watch take.</summary>
    private const double Window = 2;

    private static readonly TimeSpan ShortestRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(10);

    /// <summary>Nobody is put in a queue that takes longer even when joins have all that they may have.</summary>
    private static readonly TimeSpan LongestQueue = TimeSpan.FromSeconds(120);

    private readonly EgressMeter _taken = new(Window);
    private readonly EgressMeter _expected = new(Window, TailDuration);
    private readonly JoinQueue _queue = new(newTicket);
    private double _saved = bytesPerSecond * Usable * BurstSeconds;
    private double _depth = bytesPerSecond * Usable * BurstSeconds;
    private double _usualIncome = bytesPerSecond * Usable;
    private TimeSpan _at;

    /// <summary>Viewers in the queue.</summary>
    public int Waiting => _queue.Count;

    /// <summary>Something was asked for that is no join's first media: by those who watch, by HLS.</summary>
    public void Taken(TimeSpan now, long bytes)
    {
        _taken.Add(now, bytes);
        Save(now);
    }

    /// <summary>A viewer wants to join.</summary>
    /// <param name="now">The time.</param>
    /// <param name="ticket">What it was given when it last asked; 0: it asks for the first time.</param>
    /// <param name="firstMedia">Bytes of its first media.</param>
    /// <param name="mediaPerSecond">The channel's rate in bytes per second.</param>
    public JoinAnswer Ask(TimeSpan now, long ticket, long firstMedia, double mediaPerSecond)
    {
        _queue.Expire(now);
        double cost = firstMedia + (TailSeconds * mediaPerSecond);
        _depth = Math.Max(bytesPerSecond * Usable * BurstSeconds, cost);
        Save(now);
        (double before, int heads) = _queue.Before(ticket);
        if (_saved >= before + cost)
        {
            double latency = 1 + ((MostLatency - 1) * Math.Clamp(heads > 0 || _queue.Holds(ticket) ? 1 : 1 - ((_saved - cost) / _depth), 0, 1));
            _saved -= cost;
            _expected.Expect(now, TailSeconds * mediaPerSecond);
            _queue.Remove(ticket);
            return new JoinAnswer(JoinVerdict.Admitted, latency);
        }

        if (!_queue.Holds(ticket) && before + cost > LongestQueue.TotalSeconds * bytesPerSecond * Usable)
        {
            return new JoinAnswer(JoinVerdict.Refused, RetryAfter: LongestQueue);
        }

        var wait = TimeSpan.FromSeconds(Math.Min(3600, (before + cost - _saved) / _usualIncome));
        TimeSpan retry = wait < ShortestRetry ? ShortestRetry : wait < LongestRetry ? wait : LongestRetry;
        return new JoinAnswer(JoinVerdict.Queued, 1, retry, _queue.Wait(ticket, cost, now + retry), heads + 1);
    }

    /// <summary>Drops tickets whose viewers did not come back.</summary>
    public void Tick(TimeSpan now) => _queue.Expire(now);

    private void Save(TimeSpan now)
    {
        // What joins were expected to fetch is paid already.
        double income = (bytesPerSecond * Usable) - Math.Max(0, _taken.Rate(now) - _expected.Rate(now));
        double elapsed = (now - _at).TotalSeconds;
        _saved = Math.Clamp(_saved + (income * elapsed), -_depth, _depth);

        // Waits are told by the income of some seconds, or they would be told anew with every burst; a tiny one is as good as none.
        double weight = Math.Min(1, elapsed / 5);
        _usualIncome = Math.Max(bytesPerSecond * 0.02, (_usualIncome * (1 - weight)) + (income * weight));
        _at = now;
    }
}
