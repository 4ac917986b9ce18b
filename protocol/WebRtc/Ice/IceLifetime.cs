namespace Peercast.WebRtc.Ice;

/// <summary>Where an agent stands, and when it gives up: RFC 8445 section 7.2.6, RFC 8863 and RFC 7675.</summary>
internal sealed class IceLifetime(IceOptions options)
{
    private TimeSpan _withoutPairSince;
    private bool _wasConnected;

    public IceState State { get; private set; } = IceState.New;

    /// <summary>Nothing is sent or taken any more.</summary>
    public bool IsOver => State is IceState.Failed or IceState.Closed;

    /// <summary>No more candidates of the peer will come.</summary>
    public bool RemoteEnded { get; set; }

    private TimeSpan PatienceEnds => _withoutPairSince + options.Patience;

    /// <summary>Checks begin: patience counts from here.</summary>
    public void Start(TimeSpan now) => _withoutPairSince = now;

    /// <summary>Judges a pair that works.</summary>
    public void OnPair(TimeSpan now, IceConsent consent, bool nominated)
    {
        _wasConnected = true;
        _withoutPairSince = now;
        if (consent.IsExpired(now))
            State = IceState.Failed;
        else if (consent.IsOverdue(now))
            State = IceState.Disconnected;
        else
            State = nominated ? IceState.Completed : IceState.Connected;
    }

    /// <summary>Judges that no pair works.</summary>
    /// <param name="now">The time.</param>
    /// <param name="canImprove">Some pair may yet turn out to work, or some candidate of ours is still to come.</param>
    public void OnNoPair(TimeSpan now, bool canImprove)
    {
        bool exhausted = RemoteEnded && !canImprove;
        if ((exhausted && now >= PatienceEnds) || now >= _withoutPairSince + options.ConnectTimeout)
            State = IceState.Failed;
        else
            State = _wasConnected ? IceState.Disconnected : IceState.Checking;
    }

    /// <summary>When <see cref="OnNoPair"/> may judge differently.</summary>
    public TimeSpan NextVerdict(TimeSpan now) => PatienceEnds > now ? PatienceEnds : _withoutPairSince + options.ConnectTimeout;

    public void Close() => State = IsOver ? State : IceState.Closed;
}
