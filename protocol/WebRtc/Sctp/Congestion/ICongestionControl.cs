namespace Peercast.WebRtc.Sctp.Congestion;

/// <summary>Decides how much may be in flight and how fast it goes out. One instance serves one association.</summary>
internal interface ICongestionControl
{
    /// <summary>Bytes of payload that may be in flight.</summary>
    int Window { get; }

    /// <summary>The rate at which to send within the window, in bytes per second.</summary>
    /// <param name="rtt">The smoothed round-trip time.</param>
    double PacingRate(TimeSpan rtt);

    /// <summary>Data is about to be sent while nothing is in flight.</summary>
    void OnRestartFromIdle(TimeSpan now);

    /// <summary>A SACK has been taken to its end, the losses that it revealed included.</summary>
    void OnAcknowledged(in DeliverySample sample);

    /// <summary>A chunk is deemed lost; called for each, before <see cref="OnAcknowledged"/> of the SACK that revealed it.</summary>
    void OnLost(in LossSample loss);

    /// <summary>Losses begin to be repaired: once per recovery, not once per loss.</summary>
    void OnRecovery(TimeSpan now);

    /// <summary>The retransmission timer expired: nothing is known about the path any more.</summary>
    void OnTimeout(TimeSpan now);

    /// <summary>All that the latest recovery repaired had arrived in the first place: it was reordered or late, not lost.</summary>
    void OnSpuriousRecovery(TimeSpan now);
}
