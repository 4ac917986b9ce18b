namespace Peercast.WebRtc.Sctp.Congestion;

/// <summary>The highest delivery rate of the present probing cycle and the one before (draft-ietf-ccwg-bbr, section 5.5.5).</summary>
internal sealed class BandwidthFilter
{
    private double _previous;
    private double _current;

    /// <summary>Bytes per second; zero before the first sample.</summary>
    public double Maximum => Math.Max(_previous, _current);

    /// <summary>Takes a rate. What the application limited counts only where it shows that the path can do more.</summary>
    public void OnSample(double rate, bool isApplicationLimited)
    {
        if (rate > _current && (rate >= Maximum || !isApplicationLimited))
            _current = rate;
    }

    /// <summary>A cycle is over.</summary>
    public void Advance()
    {
        if (_current == 0)
            return;
        _previous = _current;
        _current = 0;
    }
}
