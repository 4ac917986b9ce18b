namespace Peercast.WebRtc.Tests.Sctp.Paths;

/// <summary>
/// A path that several flows share, in virtual time: one way through a bottleneck with a rate, a drop-tail queue and
/// random loss, the other way through delay alone or a bottleneck of its own.
/// </summary>
internal sealed class VirtualPath(int seed)
{
    private readonly Random _random = new(seed);
    private readonly PriorityQueue<Action, (TimeSpan At, long Order)> _events = new();
    private readonly List<IFlow> _flows = [];
    private TimeSpan _busyUntil;
    private TimeSpan _backBusyUntil;
    private TimeSpan _heldUntil;
    private long _order;

    public TimeSpan Now { get; private set; } = TimeSpan.FromSeconds(1);

    /// <summary>Half of the round trip without queue.</summary>
    public TimeSpan OneWayDelay { get; set; } = TimeSpan.FromMilliseconds(20);

    /// <summary>Bytes per second, headers of every layer included.</summary>
    public double Rate { get; set; } = 6.25e6;

    /// <summary>Bytes that wait for the rate at most.</summary>
    public double QueueLimit { get; init; } = 250_000;

    /// <summary>The share of packets that vanish before the queue.</summary>
    public double Loss { get; set; }

    /// <summary>The same for the way back.</summary>
    public double LossBack { get; set; }

    /// <summary>Bytes per second of the way back; zero for no limit.</summary>
    public double RateBack { get; init; }

    /// <summary>Bytes that wait for it at most.</summary>
    public double QueueLimitBack { get; init; } = 250_000;

    /// <summary>Packets arrive up to this much later than they should, and may overtake each other.</summary>
    public TimeSpan Jitter { get; set; }

    /// <summary>Packets dropped because the queue was full.</summary>
    public long QueueDrops { get; set; }

    /// <summary>The same for the way back.</summary>
    public long QueueDropsBack { get; private set; }

    /// <summary>The sum of the waiting times in the queue, in seconds, and the packets that waited.</summary>
    public (double Seconds, long Packets) Waited { get; private set; }

    public void Add(IFlow flow) => _flows.Add(flow);

    /// <summary>Nothing moves for a while, neither way: what would have arrived meanwhile arrives at the end, in one go.</summary>
    public void Hold(TimeSpan duration) => _heldUntil = Now + duration;

    /// <summary>Sends a packet through the bottleneck.</summary>
    public void Forward(int bytes, Action arrive)
    {
        if (Loss > 0 && _random.NextDouble() < Loss)
            return;
        var at = Later(Now, _heldUntil);
        if (Rate > 0)
        {
            at = Later(at, _busyUntil);
            double wait = (at - Now).TotalSeconds;
            if (wait * Rate > QueueLimit)
            {
                QueueDrops++;
                return;
            }

            Waited = (Waited.Seconds + wait, Waited.Packets + 1);
            at += TimeSpan.FromSeconds(bytes / Rate);
            _busyUntil = at;
        }

        Schedule(at + OneWayDelay, arrive);
    }

    /// <summary>Sends a packet the other way.</summary>
    public void Back(int bytes, Action arrive)
    {
        if (LossBack > 0 && _random.NextDouble() < LossBack)
            return;
        var at = Later(Now, _heldUntil);
        if (RateBack > 0)
        {
            at = Later(at, _backBusyUntil);
            if ((at - Now).TotalSeconds * RateBack > QueueLimitBack)
            {
                QueueDropsBack++;
                return;
            }

            at += TimeSpan.FromSeconds(bytes / RateBack);
            _backBusyUntil = at;
        }

        Schedule(at + OneWayDelay, arrive);
    }

    /// <summary>Lets virtual time pass.</summary>
    public void Run(double seconds)
    {
        var end = Now + TimeSpan.FromSeconds(seconds);
        while (true)
        {
            var next = _events.TryPeek(out _, out var first) ? Later(first.At, _heldUntil) : TimeSpan.MaxValue;
            foreach (var flow in _flows)
            {
                if (flow.NextDeadline < next)
                    next = flow.NextDeadline.Value;
            }

            if (next > end)
                break;
            if (next > Now)
                Now = next;
            if (_events.TryPeek(out _, out first) && Later(first.At, _heldUntil) <= Now)
                _events.Dequeue()();
            foreach (var flow in _flows)
            {
                if (flow.NextDeadline <= Now)
                    flow.Tick();
            }
        }

        Now = end;
    }

    private static TimeSpan Later(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private void Schedule(TimeSpan at, Action arrive)
    {
        if (Jitter > TimeSpan.Zero)
            at += Jitter * _random.NextDouble();
        _events.Enqueue(arrive, (at, _order++));
    }
}

/// <summary>A sender and its receiver on a path.</summary>
internal interface IFlow
{
    TimeSpan? NextDeadline { get; }

    /// <summary>Bytes that have come through the bottleneck, headers of every layer included.</summary>
    long WireBytes { get; }

    void Tick();
}
