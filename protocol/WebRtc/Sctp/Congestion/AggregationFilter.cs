namespace Peercast.WebRtc.Sctp.Congestion;

/// <summary>
/// How much more than the path's rate comes acknowledged in one go, because the path or the peer collects packets or
/// SACKs (draft-ietf-ccwg-bbr, section 5.5.9): that much must be in flight beside what fills the path.
/// </summary>
internal sealed class AggregationFilter
{
    // The maximum is kept for five to ten rounds: two halves of five.
    private const int HalfWindow = 5;
    private double _previous;
    private double _current;
    private long _half;
    private double _delivered;
    private TimeSpan _since;

    /// <summary>Bytes.</summary>
    public double Extra => Math.Max(_previous, _current);

    /// <summary>Sending begins after a silence.</summary>
    public void OnRestartFromIdle(TimeSpan now)
    {
        _since = now;
        _delivered = 0;
    }

    /// <summary>Takes a sample.</summary>
    /// <param name="sample">The sample.</param>
    /// <param name="bandwidth">The estimate of the path's rate, in bytes per second.</param>
    /// <param name="window">The congestion window in bytes: a bound.</param>
    /// <param name="round">Rounds so far.</param>
    public void OnSample(in DeliverySample sample, double bandwidth, double window, long round)
    {
        double expected = bandwidth * (sample.Now - _since).TotalSeconds;
        if (_delivered <= expected)
        {
            OnRestartFromIdle(sample.Now);
            expected = 0;
        }

        _delivered += sample.Acknowledged;
        long half = round / HalfWindow;
        if (half != _half)
        {
            _previous = half == _half + 1 ? _current : 0;
            _current = 0;
            _half = half;
        }

        _current = Math.Max(_current, Math.Min(_delivered - expected, window));
    }
}
