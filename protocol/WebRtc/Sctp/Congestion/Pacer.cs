namespace Peercast.WebRtc.Sctp.Congestion;

/// <summary>
/// Spreads a window over the round trip instead of sending it in one burst, which would overflow queues on the path and
/// the receiver's socket buffer. A token bucket: deep enough for timers that are milliseconds late, and so shallow that
/// nobody's voice waits long behind one burst on a slow link.
/// </summary>
internal sealed class Pacer(int packetSize)
{
    private const int InitialPackets = 10;
    private const int MinBurstPackets = 4;

    // On a line whose rate is known a burst is nothing but a queue for what others send.
    private const int MinBurstPacketsOfLine = 1;
    private const int MaxBurstPackets = 96;
    private static readonly TimeSpan BurstTime = TimeSpan.FromMilliseconds(4);

    // Such lines are slow: in 4 ms one of 2 Mb/s does not send a packet, and the timer for each took an eighth of a viewer's processor time.
    private static readonly TimeSpan BurstTimeOfLine = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan MinWait = TimeSpan.FromMilliseconds(0.5);
    private double _budget = InitialPackets * packetSize;
    private TimeSpan _refilledAt;

    /// <summary>When sending may go on; <see langword="null"/> while nothing is held back.</summary>
    public TimeSpan? NextDeadline { get; private set; }

    /// <summary>Whether a packet may go now.</summary>
    /// <param name="now">The owner's time.</param>
    /// <param name="rate">Bytes per second; <see langword="null"/> before a round trip has been measured: no pacing.</param>
    /// <param name="isLineKnown">The rate of the line is known, and <paramref name="rate"/> no higher.</param>
    public bool MaySend(TimeSpan now, double? rate, bool isLineKnown = false)
    {
        if (rate is not { } bytesPerSecond)
            return true;
        (int leastPackets, TimeSpan burst) = isLineKnown ? (MinBurstPacketsOfLine, BurstTimeOfLine) : (MinBurstPackets, BurstTime);
        double capacity = Math.Clamp(
            bytesPerSecond * burst.TotalSeconds, (double)leastPackets * packetSize, (double)MaxBurstPackets * packetSize);
        if (isLineKnown || _budget < capacity)
            _budget = Math.Min(capacity, _budget + (bytesPerSecond * (now - _refilledAt).TotalSeconds));
        _refilledAt = now;
        if (_budget > 0)
        {
            NextDeadline = null;
            return true;
        }

        // Half a burst at a time: a timer for each packet would cost more than the packet.
        var wait = TimeSpan.FromSeconds(((capacity / 2) - _budget) / bytesPerSecond);
        NextDeadline = now + (wait > MinWait ? wait : MinWait);
        return false;
    }

    public void OnSent(int bytes) => _budget -= bytes;

    /// <summary>The deadline has passed; the next attempt to send sets it anew if need be.</summary>
    public void Tick(TimeSpan now)
    {
        if (NextDeadline <= now)
            NextDeadline = null;
    }
}
