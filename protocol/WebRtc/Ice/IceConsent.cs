namespace Peercast.WebRtc.Ice;

/// <summary>Consent freshness of the pair in use, RFC 7675 section 5.1. Its checks are also the keepalives of RFC 8445 section 11.</summary>
internal sealed class IceConsent(IceOptions options, Random random)
{
    private TimeSpan _confirmedAt;
    private TimeSpan _nextCheckAt;
    private TimeSpan _lastCheckAt;

    /// <summary>The pair watched; <see langword="null"/> while none works.</summary>
    public IceCandidatePair? Pair { get; private set; }

    /// <summary>Checks sent since the latest answer.</summary>
    public int Unanswered { get; private set; }

    /// <summary>One lost check is bad luck; of two, the pair is likely dead.</summary>
    public bool IsDoubtful => Unanswered >= 2;

    /// <summary>
    /// Watches another pair, or none. Consent counts from the pair's latest answer; a pair that was not in use has not been asked
    /// since, and gets the time from its first missed answer to the last to give it.
    /// </summary>
    public void Watch(TimeSpan now, IceCandidatePair? pair)
    {
        if (ReferenceEquals(pair, Pair))
            return;
        Pair = pair;
        if (pair is null)
            return;
        TimeSpan earliest = now - options.DisconnectedAfter;
        _confirmedAt = pair.ConfirmedAt > earliest ? pair.ConfirmedAt : earliest;
        Unanswered = 0;
        _nextCheckAt = pair.ConfirmedAt + NextInterval();
    }

    /// <summary>The peer answered a check on the pair.</summary>
    public void Confirm(TimeSpan now)
    {
        _confirmedAt = now;
        Unanswered = 0;
        _nextCheckAt = now + NextInterval();
    }

    /// <summary>Something else tells that the pair may be dead: the next check does not wait for its turn, but keeps its distance to the latest one and its answer.</summary>
    public void Doubt(TimeSpan now)
    {
        TimeSpan earliest = (_lastCheckAt > _confirmedAt ? _lastCheckAt : _confirmedAt) + options.ConsentRetry;
        TimeSpan at = now > earliest ? now : earliest;
        if (Pair is not null && at < _nextCheckAt)
            _nextCheckAt = at;
    }

    public bool IsCheckDue(TimeSpan now) => Pair is not null && now >= _nextCheckAt;

    public void CheckSent(TimeSpan now)
    {
        Unanswered++;
        _lastCheckAt = now;
        _nextCheckAt = now + options.ConsentRetry;
    }

    public bool IsOverdue(TimeSpan now) => now >= _confirmedAt + options.DisconnectedAfter;

    public bool IsExpired(TimeSpan now) => now >= _confirmedAt + options.FailedAfter;

    /// <summary>When a check is due or the verdict changes.</summary>
    public TimeSpan? NextDeadline(TimeSpan now)
    {
        if (Pair is null)
            return null;
        TimeSpan verdict = _confirmedAt + (IsOverdue(now) ? options.FailedAfter : options.DisconnectedAfter);
        return verdict < _nextCheckAt ? verdict : _nextCheckAt;
    }

    private TimeSpan NextInterval() => options.ConsentInterval * (0.8 + (0.4 * random.NextDouble()));
}
