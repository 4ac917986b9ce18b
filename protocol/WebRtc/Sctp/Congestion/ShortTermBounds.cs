namespace Peercast.WebRtc.Sctp.Congestion;

/// <summary>
/// What losses outside of probing say about the present moment: the rate and the flight come down to what was delivered
/// in the latest round (draft-ietf-ccwg-bbr, section 5.5.10.3), until the next probe forgets it.
/// </summary>
internal sealed class ShortTermBounds
{
    private double _latestRate;
    private double _latestFlight;
    private long _roundEndsAtDelivered;
    private bool _hasLoss;
    private bool _hasQueueLoss;
    private double _lost;
    private bool _isRoundOver;

    /// <summary>Bytes per second at most.</summary>
    public double Rate { get; private set; } = double.PositiveInfinity;

    /// <summary>Bytes in flight at most.</summary>
    public double Flight { get; private set; } = double.PositiveInfinity;

    /// <summary>Bytes delivered in the latest round.</summary>
    public double LatestFlight => _latestFlight;

    /// <summary>Forgets the bounds.</summary>
    public void Reset()
    {
        Rate = double.PositiveInfinity;
        Flight = double.PositiveInfinity;
    }

    /// <summary>Forgets the present round.</summary>
    public void ResetRound()
    {
        ForgetLosses();
        _latestRate = 0;
        _latestFlight = 0;
    }

    /// <summary>A chunk is lost.</summary>
    /// <param name="loss">The chunk.</param>
    /// <param name="hasQueue">Packets waited in a queue then: the loss may be the queue's. Else it takes many to matter.</param>
    public void OnLost(in LossSample loss, bool hasQueue)
    {
        if (!_hasLoss)
            _roundEndsAtDelivered = loss.Delivered;
        _hasLoss = true;
        _hasQueueLoss |= hasQueue;
        _lost += loss.Bytes;
    }

    /// <summary>Begins a sample.</summary>
    public void OnSample(in DeliverySample sample)
    {
        _latestRate = Math.Max(_latestRate, sample.Rate);
        _latestFlight = Math.Max(_latestFlight, sample.IntervalBytes);
        _isRoundOver = !sample.IsAmbiguous && sample.DeliveredAtSend >= _roundEndsAtDelivered;
        if (_isRoundOver)
            _roundEndsAtDelivered = sample.Delivered;
    }

    /// <summary>Tightens the bounds at the end of a round with losses, except while probing.</summary>
    public void Adapt(bool isProbing, double bandwidth, double window, LossTolerance tolerance)
    {
        if (!_isRoundOver)
            return;
        if (!isProbing && (_hasQueueLoss || tolerance.IsExceeded(_lost, _latestFlight)))
        {
            Rate = Math.Max(_latestRate, BbrParameters.Beta * Math.Min(Rate, bandwidth));
            Flight = Math.Max(_latestFlight, BbrParameters.Beta * Math.Min(Flight, window));
        }

        ForgetLosses();
    }

    /// <summary>Ends a sample.</summary>
    public void OnSampleEnd(in DeliverySample sample)
    {
        if (!_isRoundOver)
            return;
        _latestRate = sample.Rate;
        _latestFlight = sample.IntervalBytes;
    }

    private void ForgetLosses()
    {
        _hasLoss = false;
        _hasQueueLoss = false;
        _lost = 0;
    }
}
