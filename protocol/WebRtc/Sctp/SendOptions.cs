namespace Peercast.WebRtc.Sctp;

/// <summary>How one message is to be delivered. The default is reliable and ordered.</summary>
internal readonly record struct SendOptions
{
    /// <summary>The message may overtake others on its stream.</summary>
    public bool Unordered { get; init; }

    /// <summary>Give up after so many retransmissions (RFC 7496, section 3.2); <see langword="null"/>: never.</summary>
    public ushort? MaxRetransmits { get; init; }

    /// <summary>Give up so long after the message was accepted (RFC 3758, section 4.1); <see langword="null"/>: never.</summary>
    public TimeSpan? Lifetime { get; init; }

    /// <summary>Leave the message out of the stream's buffered amount: it is the protocol's own, not the application's.</summary>
    public bool IsControl { get; init; }
}
