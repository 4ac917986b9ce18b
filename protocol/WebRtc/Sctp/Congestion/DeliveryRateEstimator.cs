namespace Peercast.WebRtc.Sctp.Congestion;

/// <summary>
/// Measures how fast the path delivers (draft-cheng-iccrg-delivery-rate-estimation; draft-ietf-ccwg-bbr, section 4.1):
/// each transmission is stamped with what had been delivered by then, and its acknowledgement tells the rate since.
/// </summary>
internal sealed class DeliveryRateEstimator
{
    private long _delivered;
    private long _lost;
    private TimeSpan _deliveredAt;
    private TimeSpan _firstSentAt;
    private long _applicationLimitedUntil = -1;
    private long _windowLimitedUntil = -1;

    /// <summary>Bytes delivered since the association began.</summary>
    public long Delivered => _delivered;

    /// <summary>The application had nothing to send for some of the time since what was acknowledged last was sent.</summary>
    public bool IsApplicationLimited => _delivered <= _applicationLimitedUntil;

    /// <summary>Stamps a chunk that is being transmitted.</summary>
    /// <param name="now">The owner's time.</param>
    /// <param name="flightBefore">Bytes in flight without it.</param>
    /// <param name="length">Its payload bytes.</param>
    public DeliveryStamp Stamp(TimeSpan now, int flightBefore, int length)
    {
        if (flightBefore == 0)
            _firstSentAt = _deliveredAt = now;
        return new DeliveryStamp
        {
            Delivered = (uint)_delivered,
            Lost = (uint)_lost,
            SendElapsed = Saturate(now - _firstSentAt),
            SinceDelivery = Saturate(now - _deliveredAt),
            Flight = flightBefore + length,
            IsApplicationLimited = IsApplicationLimited,
        };
    }

    /// <summary>The application has nothing to send although more could be in flight: a bubble follows what is.</summary>
    public void OnApplicationLimited(int flight) => _applicationLimitedUntil = _delivered + flight;

    /// <summary>The congestion window holds data back.</summary>
    public void OnWindowLimited(int flight) => _windowLimitedUntil = _delivered + flight;

    /// <summary>A chunk is deemed lost.</summary>
    public LossSample OnLost(TimeSpan now, in OutstandingChunk chunk)
    {
        _lost += chunk.Length;
        return new LossSample
        {
            Now = now,
            Bytes = chunk.Length,
            FlightAtSend = chunk.Stamp.Flight,
            LostSinceSend = (uint)_lost - chunk.Stamp.Lost,
            Delivered = _delivered,
            IsApplicationLimited = chunk.Stamp.IsApplicationLimited,
        };
    }

    /// <summary>Chunks were acknowledged; called before the losses are told that the same SACK revealed.</summary>
    public void OnDelivered(TimeSpan now, in AcknowledgedData acknowledged)
    {
        _delivered += acknowledged.Bytes;
        _deliveredAt = now;
        if (acknowledged.LatestSentAt > _firstSentAt)
            _firstSentAt = acknowledged.LatestSentAt;
    }

    /// <summary>What a SACK says about the path, after <see cref="OnDelivered"/> and its losses.</summary>
    /// <param name="now">The owner's time.</param>
    /// <param name="acknowledged">At least one chunk.</param>
    /// <param name="flight">Bytes in flight now.</param>
    /// <param name="rto">Round-trip times.</param>
    /// <param name="isHeldBack">Congestion control, and not the application or the peer, holds data back.</param>
    /// <param name="inRecovery">Losses are being repaired.</param>
    public DeliverySample Sample(
        TimeSpan now, in AcknowledgedData acknowledged, int flight, RtoEstimator rto, bool isHeldBack, bool inRecovery)
    {
        var stamp = acknowledged.LatestStamp;
        long bytes = (uint)_delivered - stamp.Delivered;
        var rtt = now - acknowledged.LatestSentAt;

        // The longer of the time that sending took and the time that the acknowledgements took: neither a burst of ours
        // nor one of SACKs can pass for a fast path.
        long ticks = Math.Max(stamp.SendElapsed, stamp.SinceDelivery + rtt.Ticks);
        bool isAmbiguous = acknowledged.LatestWasRetransmitted && rtt < rto.Minimum;
        return new DeliverySample
        {
            Now = now,
            Acknowledged = acknowledged.Bytes,
            Flight = flight,
            SmoothedRtt = rto.Smoothed ?? rto.Rto,
            Rtt = acknowledged.TellsRoundTrip ? rtt : null,
            IsAmbiguous = isAmbiguous,
            Rate = ticks > 0 && !isAmbiguous ? bytes * (double)TimeSpan.TicksPerSecond / ticks : 0,
            IntervalBytes = bytes,
            IntervalLost = (uint)_lost - stamp.Lost,
            Delivered = _delivered,
            DeliveredAtSend = _delivered - bytes,
            FlightAtSend = stamp.Flight,
            IsApplicationLimited = stamp.IsApplicationLimited,
            IsWindowLimited = _delivered - acknowledged.Bytes <= _windowLimitedUntil,
            IsHeldBack = isHeldBack,
            InRecovery = inRecovery,
        };
    }

    private static uint Saturate(TimeSpan elapsed) => (uint)Math.Clamp(elapsed.Ticks, 0, uint.MaxValue);
}

/// <summary>The state of delivery when a chunk was transmitted. Byte counts wrap around; times are in ticks, up to 429 s.</summary>
internal struct DeliveryStamp
{
    /// <summary>Bytes delivered by then.</summary>
    public uint Delivered;

    /// <summary>Bytes lost by then.</summary>
    public uint Lost;

    /// <summary>The time from the transmission of the chunk that had been delivered last to this one's.</summary>
    public uint SendElapsed;

    /// <summary>The time from the latest delivery to the transmission.</summary>
    public uint SinceDelivery;

    /// <summary>Bytes in flight, this chunk included.</summary>
    public int Flight;

    /// <summary>The application had run out of data within the round trip before.</summary>
    public bool IsApplicationLimited;
}
