namespace Peercast.WebRtc.Sctp.Congestion;

/// <summary>
/// How long little is in flight, to see the round-trip time without queues: 200 ms and a round, from the moment when the
/// flight has become small (draft-ietf-ccwg-bbr, section 5.3.4.4).
/// </summary>
internal sealed class RttProbe
{
    private TimeSpan? _end;
    private bool _isRoundOver;

    /// <summary>Begins to wait for a small flight.</summary>
    public void Begin() => _end = null;

    /// <summary>Takes a sample while the probe is under way.</summary>
    /// <param name="now">The owner's time.</param>
    /// <param name="isSmall">Little is in flight.</param>
    /// <param name="round">Begun anew when the flight has become small.</param>
    public void OnSample(TimeSpan now, bool isSmall, RoundCounter round)
    {
        if (_end is not null)
        {
            _isRoundOver |= round.IsStart;
        }
        else if (isSmall)
        {
            _end = now + BbrParameters.ProbeRttDuration;
            _isRoundOver = false;
            round.Restart();
        }
    }

    /// <summary>The path has been seen without queues, or has been idle since the flight became small.</summary>
    public bool IsDone(TimeSpan now, bool isIdle) => _end < now && (_isRoundOver || isIdle);
}
