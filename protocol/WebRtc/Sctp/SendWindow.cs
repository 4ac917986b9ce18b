using Peercast.WebRtc.Sctp.Congestion;

namespace Peercast.WebRtc.Sctp;

/// <summary>
/// How much may be in flight: no more than the peer's window and the congestion window (RFC 9260, sections 6.1 and 7), and no
/// faster than congestion control and the line say.
/// </summary>
internal sealed class SendWindow(
    SctpOptions options, RtoEstimator rto, OutstandingData data, DeliveryRateEstimator delivery, Func<ICongestionControl> createCongestion)
{
    private readonly int _packetPayload = options.MaxFragment;
    private readonly Pacer _pacer = new(options.MaxFragment);

    /// <summary>How much may be in flight on this path, and how fast.</summary>
    public ICongestionControl Congestion { get; private set; } = createCongestion();

    /// <summary>Bytes that the peer said it can take.</summary>
    public required uint PeerWindow { get; set; }

    /// <summary>Congestion control holds something back, not the peer's window: only then has the congestion window been put to the test.</summary>
    public bool IsHeldBack { get; private set; }

    /// <summary>Nothing more may go before an acknowledgment comes.</summary>
    public bool IsFull => !MayFly(1, ignoreCongestion: false);

    /// <summary>When the next packet may go; <see langword="null"/> while pacing holds nothing back.</summary>
    public TimeSpan? NextDeadline => _pacer.NextDeadline;

    /// <summary>The deadline has passed; the next attempt to send sets it anew if need be.</summary>
    public void Tick(TimeSpan now) => _pacer.Tick(now);

    /// <summary>What was learned of the old path is worth nothing on the new one.</summary>
    public void OnPathChanged() => Congestion = createCongestion();

    /// <summary>Whether a chunk may go now.</summary>
    /// <param name="now">The owner's time.</param>
    /// <param name="length">Its payload bytes.</param>
    /// <param name="ignoreCongestion">It goes whatever congestion control says.</param>
    public bool MaySend(TimeSpan now, int length, bool ignoreCongestion)
    {
        // Idle is who had nothing to send: on a slow and short path nothing is in flight between two paced packets either.
        if (data.FlightBytes == 0 && delivery.IsApplicationLimited)
            Congestion.OnRestartFromIdle(now);
        bool mayFly = MayFly(length, ignoreCongestion);
        bool mayGo = mayFly && (ignoreCongestion || data.FlightBytes == 0 || _pacer.MaySend(now, PacingRate(), options.SendRateBound.IsKnown));
        bool isWindowFull = data.FlightBytes >= Congestion.Window;
        IsHeldBack = !mayGo && (mayFly || isWindowFull);
        if (!mayGo && isWindowFull)
            delivery.OnWindowLimited(data.FlightBytes);
        return mayGo;
    }

    /// <summary>A chunk goes.</summary>
    public void OnSent(int length) => _pacer.OnSent(length);

    /// <summary>There is nothing to send.</summary>
    public void OnNothingToSend()
    {
        IsHeldBack = false;
        if (data.FlightBytes < Congestion.Window)
            delivery.OnApplicationLimited(data.FlightBytes);
    }

    // One chunk may always be in flight, whatever the peer's window: it is the zero window probe (section 6.1, rule A).
    private bool MayFly(int length, bool ignoreCongestion)
    {
        int flight = data.FlightBytes;
        return flight == 0 || ((ignoreCongestion || flight < Congestion.Window) && (uint)(flight + length) <= PeerWindow);
    }

    private double? PacingRate() =>
        options.SendRateBound.Of(rto.Smoothed is { } rtt ? Congestion.PacingRate(rtt) : null, _packetPayload);
}
