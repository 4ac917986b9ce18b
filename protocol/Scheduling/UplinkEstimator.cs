namespace Peercast.Protocol.Scheduling;

/// <summary>
/// Learns what the uplink gives from how fast send buffers drain. Only an interval in which something waited from
/// beginning to end shows the uplink's rate; any other shows only that it is at least so fast.
/// </summary>
internal sealed class UplinkEstimator
{
    private const int ProvenIntervals = 8;
    private const double SmoothingWeight = 0.3;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly long[] _recent = new long[ProvenIntervals];
    private TimeSpan _intervalStart;
    private int _index;
    private long _drained;
    private long _waiting;
    private bool _wasBusy;
    private long _recentSum;
    private long _bestSum;

    /// <summary>Bytes per second that the uplink gives, as far as known.</summary>
    public double BytesPerSecond { get; private set; } = 2_500_000;

    /// <summary>Highest rate held over two seconds, in bytes per second.</summary>
    public double ProvenBytesPerSecond => _bestSum / (Interval.TotalSeconds * ProvenIntervals);

    /// <summary>Bytes in send buffers.</summary>
    public long WaitingBytes => _waiting;

    /// <summary>Bytes went into a send buffer.</summary>
    public void Sent(TimeSpan now, long bytes)
    {
        Advance(now);
        _waiting += bytes;
    }

    /// <summary>Bytes left a send buffer.</summary>
    public void Drained(TimeSpan now, long bytes)
    {
        Advance(now);
        _waiting -= bytes;
        _drained += bytes;
        _wasBusy &= _waiting > 0;
    }

    /// <summary>Bytes vanished with their connection.</summary>
    public void Lost(TimeSpan now, long bytes)
    {
        Advance(now);
        _waiting -= bytes;
        _wasBusy = false;
    }

    private void Advance(TimeSpan now)
    {
        // After a long silence the ring is all zeros: going round it once is enough.
        for (int i = 0; now - _intervalStart >= Interval; i++)
        {
            if (i == ProvenIntervals)
            {
                _intervalStart = now;
                return;
            }

            CloseInterval();
            _intervalStart += Interval;
        }
    }

    private void CloseInterval()
    {
        double rate = _drained / Interval.TotalSeconds;
        if (_wasBusy && _drained > 0)
        {
            BytesPerSecond += (rate - BytesPerSecond) * SmoothingWeight;
        }
        else if (rate > BytesPerSecond)
        {
            BytesPerSecond = rate;
        }

        _recentSum += _drained - _recent[_index];
        _recent[_index] = _drained;
        _index = (_index + 1) % ProvenIntervals;
        _bestSum = Math.Max(_bestSum, _recentSum);
        _drained = 0;
        _wasBusy = _waiting > 0;
    }
}
