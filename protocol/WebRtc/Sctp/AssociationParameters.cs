namespace Peercast.WebRtc.Sctp;

/// <summary>What the two sides agreed in INIT and INIT ACK.</summary>
internal sealed record AssociationParameters
{
    /// <summary>In the packets that we receive.</summary>
    public required uint LocalTag { get; init; }

    /// <summary>In the packets that we send.</summary>
    public required uint PeerTag { get; init; }

    public required uint LocalInitialTsn { get; init; }

    public required uint PeerInitialTsn { get; init; }

    /// <summary>Bytes that the peer can buffer.</summary>
    public required uint PeerWindow { get; init; }

    /// <summary>Streams that we may send on.</summary>
    public required ushort OutboundStreams { get; init; }

    /// <summary>Streams that the peer may send on.</summary>
    public required ushort InboundStreams { get; init; }

    public required bool PeerSupportsForwardTsn { get; init; }

    public required bool PeerSupportsReconfig { get; init; }
}
