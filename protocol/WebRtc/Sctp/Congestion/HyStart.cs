namespace Peercast.WebRtc.Sctp.Congestion;

/// <summary>
/// HyStart++ (RFC 9406): ends slow start when the round-trip time grows, by way of a conservative phase that finds out
/// whether it grew for good.
/// </summary>
internal sealed class HyStart
{
    private const int MinSamples = 8;
    private const int ConservativeRounds = 5;
    private const int ConservativeDivisor = 4;
    private const int MinRttDivisor = 8;

    // Section 4.3: L is infinite for senders that pace.
    private static readonly TimeSpan MinThreshold = TimeSpan.FromMilliseconds(4);
    private static readonly TimeSpan MaxThreshold = TimeSpan.FromMilliseconds(16);
    private readonly RoundCounter _round = new();
    private TimeSpan _lastRound = TimeSpan.MaxValue;
    private TimeSpan _thisRound = TimeSpan.MaxValue;
    private TimeSpan _baseline = TimeSpan.MaxValue;
    private int _samples;
    private int _conservativeRounds;

    /// <summary>The conservative phase is on: the window grows a quarter as fast.</summary>
    public bool IsConservative => _baseline != TimeSpan.MaxValue;

    /// <summary>How much the window may grow for what a sample acknowledged.</summary>
    public int Growth(int acknowledged) => IsConservative ? acknowledged / ConservativeDivisor : acknowledged;

    /// <summary>Takes a sample.</summary>
    /// <returns><see langword="true"/> when slow start is over.</returns>
    public bool OnSample(in DeliverySample sample)
    {
        _round.OnSample(sample);
        if (_round.IsStart)
        {
            if (IsConservative && ++_conservativeRounds >= ConservativeRounds)
                return true;
            _lastRound = _thisRound;
            _thisRound = TimeSpan.MaxValue;
            _samples = 0;
        }

        if (sample.Rtt is not { } rtt)
            return false;
        if (rtt < _thisRound)
            _thisRound = rtt;
        if (++_samples < MinSamples)
            return false;
        if (IsConservative)
        {
            // It was a passing rise: slow start goes on.
            if (_thisRound < _baseline)
                _baseline = TimeSpan.MaxValue;
        }
        else if (_lastRound != TimeSpan.MaxValue && _thisRound >= _lastRound + Threshold)
        {
            _baseline = _thisRound;
            _conservativeRounds = 0;
        }

        return false;
    }

    private TimeSpan Threshold
    {
        get
        {
            var share = _lastRound / MinRttDivisor;
            return share < MinThreshold ? MinThreshold : share > MaxThreshold ? MaxThreshold : share;
        }
    }
}
