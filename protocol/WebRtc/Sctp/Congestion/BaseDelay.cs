namespace Peercast.WebRtc.Sctp.Congestion;

/// <summary>
/// The round-trip time without queues: the least of the last one to two minutes (RFC 6817, section 2.4.2, keeps ten; a
/// path that became longer must not pass for a queue so long).
/// </summary>
internal sealed class BaseDelay
{
    private static readonly TimeSpan HalfWindow = TimeSpan.FromMinutes(1);
    private TimeSpan _previous = TimeSpan.MaxValue;
    private TimeSpan _current = TimeSpan.MaxValue;
    private TimeSpan _halfEnd;

    /// <summary>The estimate; <see cref="TimeSpan.MaxValue"/> before the first sample.</summary>
    public TimeSpan Value => _previous < _current ? _previous : _current;

    /// <summary>Takes a sample.</summary>
    public void OnSample(TimeSpan now, TimeSpan rtt)
    {
        if (now >= _halfEnd)
        {
            _previous = _current;
            _current = TimeSpan.MaxValue;
            _halfEnd = now + HalfWindow;
        }

        if (rtt < _current)
            _current = rtt;
    }
}
