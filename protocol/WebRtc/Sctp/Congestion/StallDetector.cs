namespace Peercast.WebRtc.Sctp.Congestion;

/// <summary>
/// Notices that nothing moved for a while: one of the two programs was not given a processor, or the link slept. What is
/// measured of data that was under way then tells of the pause and not of the path: a rate that does not grow is no full
/// pipe, and a long round trip no queue.
/// </summary>
internal sealed class StallDetector(int packetSize)
{
    // SACKs of a slow path come this many packets apart, or less.
    private const int MaxPacketsApart = 8;

    // Shorter pauses are the ordinary turns of threads, and lost in a round trip.
    private static readonly TimeSpan MinSilence = TimeSpan.FromMilliseconds(20);
    private TimeSpan _latestAt;
    private bool _hadFlight;
    private long _endedAtDelivered;

    /// <summary>The latest sample is of data that was under way during a stall.</summary>
    public bool IsStalled { get; private set; }

    /// <summary>Takes a sample.</summary>
    /// <param name="sample">The sample.</param>
    /// <param name="bandwidth">The rate that the path has been seen to have, in bytes per second.</param>
    /// <param name="minRtt">The round-trip time without queues.</param>
    public void OnSample(in DeliverySample sample, double bandwidth, TimeSpan minRtt)
    {
        var silence = sample.Now - _latestAt;
        if (_hadFlight && silence > MinSilence && silence > minRtt && silence.TotalSeconds * bandwidth > MaxPacketsApart * packetSize)
            _endedAtDelivered = sample.Delivered;
        IsStalled = sample.IsAmbiguous || sample.DeliveredAtSend < _endedAtDelivered;
        _latestAt = sample.Now;
        _hadFlight = sample.Flight > 0;
    }
}
