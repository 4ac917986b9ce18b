namespace Peercast.WebRtc.Sctp.Congestion;

/// <summary>
/// How many losses are too many (draft-ietf-ccwg-bbr, section 5.5.10.2). While nothing waits in a queue losses are the
/// path's noise, unless there are very many; and chance takes two packets of twenty as easily as none.
/// </summary>
internal sealed class LossTolerance(int packetSize)
{
    /// <summary>Packets wait in a queue: losses may be the queue's.</summary>
    public bool HasQueue { get; private set; }

    private double Share => HasQueue ? BbrParameters.LossThreshold : BbrParameters.NoiseThreshold;

    private double Allowance => HasQueue ? 0 : BbrParameters.NoisePackets * packetSize;

    /// <summary>Learns of a round trip.</summary>
    /// <param name="rtt">The latest.</param>
    /// <param name="minRtt">The one without queues.</param>
    /// <param name="isStalled">It was long because nothing moved, and tells of no queue.</param>
    public void OnRoundTrip(TimeSpan rtt, TimeSpan minRtt, bool isStalled) =>
        HasQueue = !isStalled && rtt - minRtt > minRtt * BbrParameters.QueueShare;

    /// <summary>So many bytes lost of so many are too many.</summary>
    public bool IsExceeded(double lost, double flight) => lost > (flight * Share) + Allowance;

    /// <summary>The volume in flight at which the losses became too many: somewhere within the chunk that was lost last.</summary>
    public double FlightBefore(in LossSample loss)
    {
        double flight = loss.FlightAtSend - loss.Bytes, lost = loss.LostSinceSend - loss.Bytes;
        return flight + Math.Max(0, ((Share * flight) + Allowance - lost) / (1 - Share));
    }
}
