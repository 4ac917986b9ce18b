namespace Peercast.WebRtc.Sctp;

/// <summary>
/// When the last chunk of what there is to send asks for a SACK at once, by the I bit (RFC 7053). After a burst it does: its
/// acknowledgement measures the path and frees memory. A short message alone does not, and its SACK can ride with what the
/// peer sends next; unless packets have been lost, when waiting would delay their repair, or no round trip has been measured for a while.
/// A full window asks twice: often enough for a peer that would else acknowledge fewer packets than the window has, and not for
/// each packet that an acknowledgment lets go.
/// </summary>
/// <param name="packetSize">Payload bytes of a full packet.</param>
internal sealed class ImmediateSackPolicy(int packetSize)
{
    private static readonly TimeSpan MeasureInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LossMemory = TimeSpan.FromSeconds(10);
    private TimeSpan? _askedAt;
    private TimeSpan? _lostAt;
    private long _sinceAsked;

    /// <summary>Something was lost, or seems to be.</summary>
    public void OnLost(TimeSpan now) => _lostAt = now;

    /// <summary>A new chunk goes out.</summary>
    /// <param name="now">The owner's time.</param>
    /// <param name="length">Its payload bytes.</param>
    /// <param name="isLast">Nothing more is waiting, or may go before an acknowledgement comes.</param>
    /// <param name="stuckFlight">Bytes in flight where no more may go before an acknowledgment comes; else <see langword="null"/>.</param>
    /// <returns>Whether it carries the I bit.</returns>
    public bool Asks(TimeSpan now, int length, bool isLast, int? stuckFlight)
    {
        _sinceAsked += length;
        if (!isLast)
            return false;
        bool hasAskedLately = now - _askedAt < MeasureInterval;
        bool mayWait = stuckFlight is { } flight ? _sinceAsked < flight / 2 : _sinceAsked <= packetSize && !(now - _lostAt < LossMemory);
        if (hasAskedLately && mayWait)
            return false;
        _sinceAsked = 0;
        _askedAt = now;
        return true;
    }
}
