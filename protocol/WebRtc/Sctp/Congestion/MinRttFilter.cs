namespace Peercast.WebRtc.Sctp.Congestion;

/// <summary>
/// The least round-trip time of the last ten seconds, and whether it is time to drain the path in order to measure it
/// again (draft-ietf-ccwg-bbr, section 5.3.4.3).
/// </summary>
internal sealed class MinRttFilter
{
    private static readonly TimeSpan FilterLength = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ProbeInterval = TimeSpan.FromSeconds(5);
    private TimeSpan _recent = TimeSpan.MaxValue;
    private TimeSpan _recentAt;
    private TimeSpan _minimumAt;

    /// <summary>The estimate; <see cref="TimeSpan.MaxValue"/> before the first sample.</summary>
    public TimeSpan Minimum { get; private set; } = TimeSpan.MaxValue;

    /// <summary>Nothing as low as the estimate has been seen for five seconds.</summary>
    public bool ProbeIsDue { get; private set; }

    /// <summary>Takes a sample.</summary>
    public void OnSample(TimeSpan now, TimeSpan? rtt)
    {
        ProbeIsDue = Minimum != TimeSpan.MaxValue && now > _recentAt + ProbeInterval;
        if (rtt is { } sample && (sample < _recent || ProbeIsDue))
        {
            _recent = sample;
            _recentAt = now;
        }

        if (_recent < Minimum || now > _minimumAt + FilterLength)
        {
            Minimum = _recent;
            _minimumAt = _recentAt;
        }
    }

    /// <summary>The path has been drained and measured.</summary>
    public void OnProbed(TimeSpan now) => _recentAt = now;
}
