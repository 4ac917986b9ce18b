namespace Peercast.WebRtc.Sctp.Congestion;

/// <summary>
/// What is known of the path (draft-ietf-ccwg-bbr, section 5.5): how fast it delivers, how long it is, how much may be in
/// flight on it, and which losses and pauses are no news of it.
/// </summary>
internal sealed class PathModel(int packetSize)
{
    /// <summary>The window before anything is known, in bytes.</summary>
    public double InitialWindow { get; } = 10.0 * packetSize;

    /// <summary>The least window, in bytes.</summary>
    public double MinWindow { get; } = BbrParameters.MinPackets * packetSize;

    public RoundCounter Round { get; } = new();

    public BandwidthFilter MaxBandwidth { get; } = new();

    public MinRttFilter MinRtt { get; } = new();

    public ShortTermBounds ShortTerm { get; } = new();

    public FlightCeiling Ceiling { get; } = new(packetSize);

    public AggregationFilter Aggregation { get; } = new();

    public StallDetector Stalls { get; } = new(packetSize);

    public LossTolerance Tolerance { get; } = new(packetSize);

    /// <summary>The rate to count on now, in bytes per second.</summary>
    public double Bandwidth => Math.Min(MaxBandwidth.Maximum, ShortTerm.Rate);

    /// <summary>Bytes that fill the path without a queue.</summary>
    public double BandwidthDelayProduct =>
        MinRtt.Minimum == TimeSpan.MaxValue ? InitialWindow : Bandwidth * MinRtt.Minimum.TotalSeconds;

    /// <summary>The window while the round-trip time is looked for, in bytes.</summary>
    public double RttProbeWindow => Inflight(BbrParameters.ProbeRttWindowGain);

    /// <summary>So many times what fills the path, in bytes.</summary>
    public double Inflight(double gain) => Math.Max(gain * BandwidthDelayProduct, MinWindow);

    /// <summary>Learns from a sample, its round-trip time aside: a probe for that is decided upon first.</summary>
    /// <param name="sample">The sample.</param>
    /// <param name="isProbing">More than the path is known to take is being sent.</param>
    /// <param name="window">The congestion window in bytes.</param>
    public void OnSample(in DeliverySample sample, bool isProbing, double window)
    {
        Stalls.OnSample(sample, MaxBandwidth.Maximum, MinRtt.Minimum);
        if (sample.Rtt is { } rtt)
            Tolerance.OnRoundTrip(rtt, MinRtt.Minimum, Stalls.IsStalled);
        ShortTerm.OnSample(sample);
        Round.OnSample(sample);
        MaxBandwidth.OnSample(sample.Rate, sample.IsApplicationLimited);
        ShortTerm.Adapt(isProbing, MaxBandwidth.Maximum, window, Tolerance);
        Aggregation.OnSample(sample, Bandwidth, window, Round.Count);
    }

    /// <summary>More was lost than a path without congestion loses.</summary>
    public bool LosesTooMuch(in DeliverySample sample) => Tolerance.IsExceeded(sample.IntervalLost, sample.FlightAtSend);
}
