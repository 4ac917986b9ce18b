namespace Peercast.WebRtc.Sctp;

/// <summary>
/// One recovery: from the first loss until all that was outstanding then is acknowledged (RFC 9260, section 7.2.4). When
/// every retransmission of it turns out to have been a duplicate, nothing was lost (RFC 3708, in terms of SCTP's
/// reports of duplicates).
/// </summary>
internal sealed class LossRecovery
{
    private uint _end;
    private int _retransmitted;
    private int _duplicates;
    private uint? _probeEnd;

    /// <summary>Losses are being repaired.</summary>
    public bool IsActive { get; private set; }

    /// <summary>A recovery begins.</summary>
    /// <param name="lastTsn">The last TSN that has been sent.</param>
    public void Begin(uint lastTsn)
    {
        IsActive = true;
        _end = lastTsn;
        _retransmitted = 0;
        _duplicates = 0;
    }

    /// <summary>A lost chunk goes out again.</summary>
    public void OnRetransmitted() => _retransmitted++;

    /// <summary>The tail loss probe went out, and it repeats a chunk.</summary>
    /// <param name="nextTsn">The TSN of the next new chunk.</param>
    public void OnProbeRepeated(uint nextTsn) => _probeEnd = nextTsn;

    /// <summary>The peer acknowledged cumulatively.</summary>
    /// <returns><see langword="true"/> when that ends the recovery.</returns>
    public bool TryEnd(uint cumulativeTsn)
    {
        if (!IsActive || SerialNumber.IsBefore(cumulativeTsn, _end))
            return false;
        IsActive = false;
        return true;
    }

    /// <summary>The peer reported duplicates.</summary>
    /// <returns><see langword="true"/> when the latest recovery repaired nothing.</returns>
    public bool OnDuplicates(int count)
    {
        // The probe's own duplicate says that it was needless, and no more.
        if (_probeEnd is not null)
        {
            _probeEnd = null;
            count--;
        }

        _duplicates += count;
        if (_retransmitted == 0 || _duplicates < _retransmitted)
            return false;
        _retransmitted = 0;
        _duplicates = 0;
        return true;
    }

    /// <summary>
    /// Whether a probe that repeated a chunk repaired a loss that nothing else has told (RFC 8985, section 7.4.2): what
    /// was sent after it has arrived, and no duplicate was reported.
    /// </summary>
    public bool TryTakeProbeRepair(uint cumulativeTsn)
    {
        if (_probeEnd is not { } end || SerialNumber.IsBefore(cumulativeTsn, end))
            return false;
        _probeEnd = null;
        return true;
    }
}
