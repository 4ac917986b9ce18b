namespace Peercast.WebRtc.Sctp;

/// <summary>
/// Time-based loss detection, RACK (RFC 8985, section 6) in terms of SCTP: a chunk is lost when one that was transmitted
/// later, by more than the reordering window, has arrived. Until reordering has been seen, three chunks beyond a
/// gap tell the loss at once, as in RFC 9260, section 7.2.4.
/// </summary>
internal sealed class RackLossDetector(RtoEstimator rto)
{
    private const int DuplicateThreshold = 3;
    private const int MaxWindowSteps = 16;
    private const int RecoveriesBeforeReset = 16;
    private long _order;
    private TimeSpan _rtt;
    private uint _highestTsn;
    private bool _hasArrival;
    private bool _reorderingSeen;
    private int _windowSteps = 1;
    private int _recoveriesLeft;
    private uint? _stepRoundEnd;

    /// <summary>When the oldest suspect becomes lost unless it is acknowledged before.</summary>
    public TimeSpan? Deadline { get; private set; }

    /// <summary>Chunks arrived.</summary>
    public void OnAcknowledged(TimeSpan now, in AcknowledgedData acknowledged)
    {
        if (!acknowledged.HasAny)
            return;
        if (acknowledged.HasSentOnce && _hasArrival && SerialNumber.IsBefore(acknowledged.LowestSentOnce, _highestTsn))
            _reorderingSeen = true;
        if (!_hasArrival || SerialNumber.IsAfter(acknowledged.HighestTsn, _highestTsn))
            _highestTsn = acknowledged.HighestTsn;
        _hasArrival = true;

        var rtt = now - acknowledged.LatestSentAt;
        // A retransmission answered faster than any round trip: the answer is to the original.
        if (acknowledged.LatestWasRetransmitted && rto.Smoothed is not null && rtt < rto.Minimum)
            return;
        if (acknowledged.LatestOrder < _order)
            return;
        _order = acknowledged.LatestOrder;
        _rtt = rtt;
    }

    /// <summary>The peer reported duplicates: a retransmission was needless, so the window was too narrow.</summary>
    public void OnDuplicateReported(uint cumulativeTsn, uint nextTsn)
    {
        _reorderingSeen = true;
        if (_stepRoundEnd is { } end && SerialNumber.IsBefore(cumulativeTsn, end))
            return;
        _stepRoundEnd = nextTsn;
        _windowSteps = Math.Min(_windowSteps + 1, MaxWindowSteps);
        _recoveriesLeft = RecoveriesBeforeReset;
    }

    /// <summary>A recovery ended; a window that was widened long ago narrows again.</summary>
    public void OnRecoveryEnded()
    {
        if (_recoveriesLeft > 0 && --_recoveriesLeft == 0)
            _windowSteps = 1;
    }

    /// <summary>Finds the next chunk that is lost by now, for the caller to mark, or sets <see cref="Deadline"/>.</summary>
    public bool TryGetLost(TimeSpan now, OutstandingData data, bool inRecovery, out uint tsn)
    {
        Deadline = null;
        if (!data.TryGetOldest(out tsn) || !_hasArrival)
            return false;
        ref var chunk = ref data[tsn];
        if (chunk.Order >= _order)
            return false;
        var lostAt = chunk.SentAt + _rtt + ReorderingWindow(data, inRecovery);
        if (lostAt <= now)
            return true;
        Deadline = lostAt;
        return false;
    }

    private TimeSpan ReorderingWindow(OutstandingData data, bool inRecovery)
    {
        if (!_reorderingSeen && (inRecovery || data.GapAcknowledgedCount >= DuplicateThreshold))
            return TimeSpan.Zero;
        if (rto.Smoothed is not { } smoothed)
            return TimeSpan.Zero;
        var window = rto.Minimum / 4 * _windowSteps;
        return window < smoothed ? window : smoothed;
    }
}
