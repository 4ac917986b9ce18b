namespace Peercast.WebRtc.Ice;

/// <summary>
/// One new request at a time, a pause after each (Ta, RFC 8445 section 14): the peer's wish first, and ordinary checks can wait
/// for a STUN server, not the reverse.
/// </summary>
internal sealed class IcePacing(IceOptions options, IceGatherer gatherer, IceCheckList list, IceChecker checker)
{
    private TimeSpan _nextSendAt;

    /// <summary>When the next request may go; <see langword="null"/> while none waits.</summary>
    public TimeSpan? NextDeadline => gatherer.HasWork || (checker.CanSend && list.HasWork) ? _nextSendAt : null;

    /// <summary>Sends a request if one is due.</summary>
    public void Advance(TimeSpan now)
    {
        if (now >= _nextSendAt && SendNext(now))
            _nextSendAt = now + options.Pacing;
    }

    private bool SendNext(TimeSpan now)
    {
        if (checker.SendTriggered(now))
            return true;
        if (!gatherer.HasWork)
            return checker.SendOrdinary(now);
        gatherer.SendNext(now);
        return true;
    }
}
