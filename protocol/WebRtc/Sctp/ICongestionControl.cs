namespace Peercast.WebRtc.Sctp;

/// <summary>Decides how much may be in flight. One instance serves one association.</summary>
internal interface ICongestionControl
{
    /// <summary>Bytes of payload that may be in flight.</summary>
    int Window { get; }

    /// <summary>The rate at which to send within the window, in bytes per second, somewhat above what the window yields.</summary>
    double PacingRate(TimeSpan rtt);

    /// <summary>New data was acknowledged while no loss was being recovered.</summary>
    /// <param name="now">The owner's time.</param>
    /// <param name="bytes">How much.</param>
    /// <param name="rtt">The smoothed round-trip time.</param>
    /// <param name="windowLimited">The window, and not the application or the peer, held data back: only then has it been put to the test.</param>
    void OnAcknowledged(TimeSpan now, int bytes, TimeSpan rtt, bool windowLimited);

    /// <summary>Data was lost; called once per recovery, not once per loss.</summary>
    void OnLoss(TimeSpan now);

    /// <summary>The retransmission timer expired: nothing is known about the path any more.</summary>
    void OnTimeout(TimeSpan now);
}
