namespace Peercast.WebRtc.Sctp.Congestion;

/// <summary>
/// What one SACK says about the path (draft-ietf-ccwg-bbr, section 4.1: the rate sample). "The latest chunk" is that of
/// the chunks it acknowledged which was transmitted last.
/// </summary>
internal readonly record struct DeliverySample
{
    /// <summary>The owner's time.</summary>
    public required TimeSpan Now { get; init; }

    /// <summary>Payload bytes that it acknowledged for the first time.</summary>
    public required int Acknowledged { get; init; }

    /// <summary>Payload bytes in flight now.</summary>
    public required int Flight { get; init; }

    /// <summary>The smoothed round-trip time.</summary>
    public required TimeSpan SmoothedRtt { get; init; }

    /// <summary>The round-trip time of the latest chunk; <see langword="null"/> when it was sent more than once (Karn's rule) or its SACK was free to wait.</summary>
    public required TimeSpan? Rtt { get; init; }

    /// <summary>Bytes per second between the latest chunk's transmission and now; zero when there is no telling.</summary>
    public required double Rate { get; init; }

    /// <summary>
    /// The latest chunk was answered sooner than a round trip after its retransmission: the answer is to an earlier
    /// transmission, whose time is forgotten, and nothing here that counts from it means anything.
    /// </summary>
    public bool IsAmbiguous { get; init; }

    /// <summary>Bytes delivered in that time.</summary>
    public required long IntervalBytes { get; init; }

    /// <summary>Bytes lost in that time.</summary>
    public required long IntervalLost { get; init; }

    /// <summary>Bytes delivered since the association began.</summary>
    public required long Delivered { get; init; }

    /// <summary><see cref="Delivered"/> at the time when the latest chunk was transmitted.</summary>
    public required long DeliveredAtSend { get; init; }

    /// <summary>Bytes in flight when the latest chunk had been transmitted, itself included.</summary>
    public required int FlightAtSend { get; init; }

    /// <summary>For some of that time the application had nothing to send: the path may be able to do more.</summary>
    public required bool IsApplicationLimited { get; init; }

    /// <summary>The window was full within the latest round trip.</summary>
    public required bool IsWindowLimited { get; init; }

    /// <summary>The window or the pacing, and not the application or the peer, holds data back: only then are they put to the test.</summary>
    public required bool IsHeldBack { get; init; }

    /// <summary>Losses are being repaired.</summary>
    public required bool InRecovery { get; init; }
}

/// <summary>A chunk that is deemed lost.</summary>
internal readonly record struct LossSample
{
    /// <summary>The owner's time.</summary>
    public required TimeSpan Now { get; init; }

    /// <summary>Its payload bytes.</summary>
    public required int Bytes { get; init; }

    /// <summary>Bytes in flight when it had been transmitted, itself included.</summary>
    public required int FlightAtSend { get; init; }

    /// <summary>Bytes lost since then, itself included.</summary>
    public required long LostSinceSend { get; init; }

    /// <summary>Bytes delivered since the association began.</summary>
    public required long Delivered { get; init; }

    /// <summary>It was sent when the application had run out of data within the round trip before.</summary>
    public required bool IsApplicationLimited { get; init; }
}
