namespace Peercast.WebRtc.Sctp.Congestion;

/// <summary>
/// When to look for more bandwidth (draft-ietf-ccwg-bbr, section 5.3.3.5.3): every two to three seconds, or after as many
/// rounds as a flow of Reno's kind would need to win back its window, so that such flows get their share.
/// </summary>
internal sealed class ProbeClock(Random random)
{
    private TimeSpan _from;
    private TimeSpan _wait;
    private long _fromRound;

    /// <summary>A probe is over: waits for the next.</summary>
    public void Restart(TimeSpan now, long round)
    {
        _from = now;
        _wait = BbrParameters.MinProbeWait + (BbrParameters.ProbeWaitSpread * random.NextDouble());
        _fromRound = round - random.Next(2);
    }

    /// <summary>It is time.</summary>
    /// <param name="now">The owner's time.</param>
    /// <param name="round">Rounds so far.</param>
    /// <param name="flight">Packets that belong in flight.</param>
    public bool IsDue(TimeSpan now, long round, double flight) =>
        now > _from + _wait || round - _fromRound >= Math.Min(flight, BbrParameters.MaxProbeRounds);
}
