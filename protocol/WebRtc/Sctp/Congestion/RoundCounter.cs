namespace Peercast.WebRtc.Sctp.Congestion;

/// <summary>
/// Round trips counted by data and not by the clock (draft-ietf-ccwg-bbr, section 5.5.1): one is over when something is
/// acknowledged that was sent after it began.
/// </summary>
internal sealed class RoundCounter
{
    private long _delivered;
    private long _endsAtDelivered;

    /// <summary>The latest sample was the first of a round.</summary>
    public bool IsStart { get; private set; }

    /// <summary>Rounds so far.</summary>
    public long Count { get; private set; }

    /// <summary>Begins a round now.</summary>
    public void Restart() => _endsAtDelivered = _delivered;

    /// <summary>Takes a sample.</summary>
    public void OnSample(in DeliverySample sample)
    {
        _delivered = sample.Delivered;
        IsStart = !sample.IsAmbiguous && sample.DeliveredAtSend >= _endsAtDelivered;
        if (!IsStart)
            return;
        _endsAtDelivered = sample.Delivered;
        Count++;
    }
}
