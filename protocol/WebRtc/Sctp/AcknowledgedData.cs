using Peercast.WebRtc.Sctp.Congestion;

namespace Peercast.WebRtc.Sctp;

/// <summary>What one SACK acknowledged for the first time.</summary>
internal struct AcknowledgedData
{
    /// <summary>Payload bytes.</summary>
    public int Bytes { get; private set; }

    /// <summary>The cumulative TSN moved.</summary>
    public bool HasAdvanced { get; set; }

    /// <summary>Any chunk at all.</summary>
    public bool HasAny { get; private set; }

    /// <summary>Of the chunks, the one that was transmitted last.</summary>
    public uint LatestTsn { get; private set; }

    public long LatestOrder { get; private set; }

    public TimeSpan LatestSentAt { get; private set; }

    public bool LatestWasRetransmitted { get; private set; }

    public DeliveryStamp LatestStamp { get; private set; }

    /// <summary>
    /// The time since <see cref="LatestSentAt"/> is a round trip: it was sent exactly once (Karn's rule), and the peer did not
    /// hold its acknowledgement back.
    /// </summary>
    public bool TellsRoundTrip { get; private set; }

    /// <summary>The highest TSN among them.</summary>
    public uint HighestTsn { get; private set; }

    /// <summary>The lowest TSN that was sent exactly once; with <see cref="HasSentOnce"/>.</summary>
    public uint LowestSentOnce { get; private set; }

    public bool HasSentOnce { get; private set; }

    public void Add(uint tsn, in OutstandingChunk chunk)
    {
        Bytes += chunk.Length;
        if (!HasAny || SerialNumber.IsAfter(tsn, HighestTsn))
            HighestTsn = tsn;
        HasAny = true;
        if (chunk.Order > LatestOrder)
        {
            LatestTsn = tsn;
            LatestOrder = chunk.Order;
            LatestSentAt = chunk.SentAt;
            LatestWasRetransmitted = chunk.Transmissions > 1;
            LatestStamp = chunk.Stamp;
            TellsRoundTrip = chunk.Transmissions == 1 && !chunk.AnswerMayWait;
        }

        if (chunk.Transmissions == 1 && (!HasSentOnce || SerialNumber.IsBefore(tsn, LowestSentOnce)))
        {
            LowestSentOnce = tsn;
            HasSentOnce = true;
        }
    }
}
