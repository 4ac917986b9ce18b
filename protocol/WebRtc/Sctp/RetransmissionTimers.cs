namespace Peercast.WebRtc.Sctp;

/// <summary>
/// The retransmission timer T3-rtx (RFC 9260, section 6.3.2) and, before it, the tail loss probe (RFC 8985, section 7),
/// which finds the loss of the last chunks of a burst within two round trips.
/// </summary>
internal sealed class RetransmissionTimers(RtoEstimator rto, TimeSpan peerSackDelay)
{
    private static readonly TimeSpan MinProbeDelay = TimeSpan.FromMilliseconds(10);

    // A lone packet's SACK may be delayed where the peer ignores the I bit; a shorter wait costs one needless chunk.
    private static readonly TimeSpan LonePacketDelay = TimeSpan.FromMilliseconds(25);

    // A timer that comes so late was not given a processor, and the answers that came meanwhile wait in the socket to be read.
    private static readonly TimeSpan MaxLateness = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan ReadingTime = TimeSpan.FromMilliseconds(50);
    private TimeSpan? _retransmission;
    private bool _hasWaitedForReading;
    private TimeSpan? _probe;
    private bool _probeOutstanding;
    private TimeSpan _answerWait;

    /// <summary>A probe is due and has not been sent.</summary>
    public bool ProbePending { get; private set; }

    public TimeSpan? NextDeadline => Deadline.Earlier(_retransmission, _probe);

    /// <summary>Whether the retransmission timer has expired. Once for each expiry it waits a little where it was called much too late.</summary>
    public bool RetransmissionDue(TimeSpan now)
    {
        if (!(_retransmission <= now))
            return false;
        if (_hasWaitedForReading || now - _retransmission < MaxLateness)
            return true;
        _retransmission = now + ReadingTime;
        _hasWaitedForReading = true;
        return false;
    }

    /// <summary>A chunk was sent; the timer runs while anything is outstanding (rule R1).</summary>
    /// <param name="now">The owner's time.</param>
    /// <param name="data">What is outstanding.</param>
    /// <param name="restart">The timer begins anew.</param>
    /// <param name="answerMayWait">The peer may hold the SACK back, which is no sign of a loss.</param>
    public void OnSent(TimeSpan now, OutstandingData data, bool restart, bool answerMayWait)
    {
        _answerWait = answerMayWait ? peerSackDelay : TimeSpan.Zero;
        if (_retransmission is null || restart)
            Arm(now + rto.Rto + _answerWait);
        ArmProbe(now, data);
    }

    /// <summary>Something was acknowledged (rules R2 and R3).</summary>
    public void OnAcknowledged(TimeSpan now, OutstandingData data, bool hasAdvanced)
    {
        _probeOutstanding = false;
        ProbePending = false;
        if (data.Count == 0)
        {
            _retransmission = null;
            _probe = null;
            return;
        }

        if (hasAdvanced)
            Arm(now + rto.Rto + _answerWait);
        ArmProbe(now, data);
    }

    public void OnTimeout(TimeSpan now, OutstandingData data)
    {
        Arm(data.Count > 0 ? now + rto.Rto : null);
        _probe = null;
        ProbePending = false;
        _probeOutstanding = false;
    }

    /// <summary>The path is another one: what is in flight is asked after at once, and as if nothing had been before.</summary>
    public void OnPathChanged(TimeSpan now, OutstandingData data)
    {
        OnTimeout(now, data);
        ProbePending = data.InFlightCount > 0;
    }

    /// <summary>Turns an expired probe timer into a probe.</summary>
    public void Tick(TimeSpan now, OutstandingData data, bool canProbe)
    {
        if (!(_probe <= now))
            return;
        _probe = null;
        ProbePending = canProbe && data.InFlightCount > 0;
    }

    /// <summary>The probe has gone out: one at a time, and the retransmission timer waits for its answer.</summary>
    public void OnProbeSent()
    {
        ProbePending = false;
        _probeOutstanding = true;
        _probe = null;
    }

    private void Arm(TimeSpan? at)
    {
        _retransmission = at;
        _hasWaitedForReading = false;
    }

    private void ArmProbe(TimeSpan now, OutstandingData data)
    {
        _probe = null;
        if (_probeOutstanding || ProbePending || data.InFlightCount == 0 || data.LostCount > 0 || rto.Smoothed is not { } smoothed)
            return;
        var delay = smoothed * 2;
        if (_answerWait > TimeSpan.Zero)
            delay += _answerWait;
        else if (data.InFlightCount == 1)
            delay += LonePacketDelay;
        var at = now + (delay > MinProbeDelay ? delay : MinProbeDelay);
        _probe = at < _retransmission ? at : null;
    }
}
