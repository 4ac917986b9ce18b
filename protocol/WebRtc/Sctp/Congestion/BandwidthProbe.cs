namespace Peercast.WebRtc.Sctp.Congestion;

/// <summary>One look for more bandwidth, and which samples answer it (draft-ietf-ccwg-bbr, section 5.3.3.6).</summary>
internal sealed class BandwidthProbe
{
    private bool _isStopping;
    private double _bandwidthBefore;

    /// <summary>What is acknowledged now was sent by the probe: losses are its answer.</summary>
    public bool IsSampled { get; private set; }

    /// <summary>It had too much in flight.</summary>
    public bool WasTooHigh { get; set; }

    /// <summary>It ended at a ceiling that an earlier one had found.</summary>
    public bool WasCautious { get; set; }

    /// <summary>The path is filled first.</summary>
    /// <param name="bandwidth">The rate known before, in bytes per second.</param>
    public void Refill(double bandwidth)
    {
        WasCautious = false;
        _bandwidthBefore = bandwidth;
        _isStopping = false;
    }

    /// <summary>More is sent from now on.</summary>
    public void Begin()
    {
        IsSampled = true;
        _isStopping = false;
    }

    /// <summary>No more is sent; the answers to the last of it take a round.</summary>
    public void Stop() => _isStopping = true;

    /// <summary>The answers are no longer looked at.</summary>
    public void EndSampling() => IsSampled = false;

    /// <summary>There is no probe.</summary>
    public void Cancel()
    {
        IsSampled = false;
        _isStopping = false;
    }

    /// <summary>Whether this round's start brings the last answer.</summary>
    public bool TryFinish(bool isRoundStart)
    {
        if (!_isStopping || !isRoundStart)
            return false;
        Cancel();
        return true;
    }

    /// <summary>The path does far more than was known: the start ended too early, or the path has grown wider.</summary>
    public bool HasFoundMuchMore(double bandwidth) => bandwidth > _bandwidthBefore * BbrParameters.RestartGrowth;
}
