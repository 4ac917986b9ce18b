namespace Peercast.WebRtc.Sctp;

/// <summary>The retransmission time-out and the round-trip time it rests on (RFC 9260, section 6.3.1).</summary>
internal sealed class RtoEstimator(SctpOptions options)
{
    private static readonly TimeSpan Granularity = TimeSpan.FromMilliseconds(1);
    private TimeSpan _variance;

    /// <summary>The time-out, backed off after time-outs.</summary>
    public TimeSpan Rto { get; private set; } = options.InitialRto;

    /// <summary>The smoothed round-trip time; <see langword="null"/> before the first measurement.</summary>
    public TimeSpan? Smoothed { get; private set; }

    /// <summary>The least round-trip time seen.</summary>
    public TimeSpan Minimum { get; private set; } = TimeSpan.MaxValue;

    /// <summary>Takes the round trip of data that was sent exactly once (Karn's rule).</summary>
    public void OnSample(TimeSpan rtt)
    {
        if (rtt < Minimum)
            Minimum = rtt;
        if (Smoothed is { } smoothed)
        {
            _variance = (_variance * 0.75) + ((smoothed - rtt).Duration() * 0.25);
            Smoothed = (smoothed * 0.875) + (rtt * 0.125);
        }
        else
        {
            Smoothed = rtt;
            _variance = rtt / 2;
        }

        var margin = _variance * 4;
        Rto = Clamp(Smoothed.Value + (margin > Granularity ? margin : Granularity));
    }

    /// <summary>Forgets what was measured: it was of another path.</summary>
    public void Reset()
    {
        Smoothed = null;
        Minimum = TimeSpan.MaxValue;
        _variance = TimeSpan.Zero;
        Rto = options.InitialRto;
    }

    /// <summary>Doubles the time-out after it has expired (section 6.3.3, rule E2).</summary>
    public void BackOff() => Rto = Clamp(Rto * 2);

    /// <summary>
    /// The time-out of something that went unanswered so many times already: it doubles each time, so that an outage of seconds
    /// is no end.
    /// </summary>
    public TimeSpan After(int unanswered) => Clamp(Rto * (1 << Math.Min(unanswered, 10)));

    private TimeSpan Clamp(TimeSpan value) =>
        value < options.MinRto ? options.MinRto : value > options.MaxRto ? options.MaxRto : value;
}
