namespace Peercast.WebRtc.Sctp;

/// <summary>The knobs of an association. Times are virtual: the owner's <c>now</c>.</summary>
internal sealed record SctpOptions
{
    /// <summary>Ours, and the port that packets must be addressed to. WebRTC: 5000 (<c>a=sctp-port</c>).</summary>
    public ushort LocalPort { get; init; } = 5000;

    /// <summary>The peer's port, from its <c>a=sctp-port</c>.</summary>
    public ushort RemotePort { get; init; } = 5000;

    /// <summary>Bytes in one packet, common header included. 1,163 fills a 1,200-byte datagram under DTLS with AES-GCM.</summary>
    public int MaxPacketSize { get; init; } = 1163;

    /// <summary>Bytes in one message, sent or received; a peer that sends more is aborted.</summary>
    public int MaxMessageSize { get; init; } = 256 * 1024;

    /// <summary>Bytes of messages accepted from the application and not yet acknowledged, above which sending is refused.</summary>
    public long MaxSendBuffer { get; init; } = 16 * 1024 * 1024;

    /// <summary>The receiver window advertised at first, in bytes.</summary>
    public int ReceiveBuffer { get; init; } = 5 * 1024 * 1024;

    /// <summary>What the receiver window may grow to when a round trip brings much, in bytes.</summary>
    public int MaxReceiveBuffer { get; init; } = 16 * 1024 * 1024;

    /// <summary>How what we send shares the path with other traffic.</summary>
    public CongestionControl CongestionControl { get; init; } = CongestionControl.Model;

    /// <summary>The line upward, where it is known what it carries; shared by the associations that use it.</summary>
    public Congestion.SendRateBound SendRateBound { get; init; } = new();

    /// <summary>How often to acknowledge over that line; shared likewise.</summary>
    public SackSpacing SackSpacing { get; init; } = new(new Congestion.SendRateBound());

    /// <summary>The bound of the congestion window, in bytes.</summary>
    public int MaxCongestionWindow { get; init; } = 16 * 1024 * 1024;

    /// <summary>DATA chunks in flight at most; bounds the memory a peer can hold hostage by acknowledging out of order only.</summary>
    public int MaxOutstandingChunks { get; init; } = 16 * 1024;

    /// <summary>Gap blocks tracked at most; data that would open one more is dropped and must be retransmitted.</summary>
    public int MaxGapBlocks { get; init; } = 256;

    /// <summary>Streams announced in each direction.</summary>
    public ushort Streams { get; init; } = ushort.MaxValue;

    /// <summary>The retransmission time-out before a round trip has been measured.</summary>
    public TimeSpan InitialRto { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The lower bound of the retransmission time-out; above the 200 ms that a peer may delay a SACK.</summary>
    public TimeSpan MinRto { get; init; } = TimeSpan.FromMilliseconds(220);

    /// <summary>The upper bound of the retransmission time-out.</summary>
    public TimeSpan MaxRto { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long a SACK may wait for a second packet or for data to ride with. RFC 9260, section 6.2, allows 200 ms, of which
    /// some are left to timers that are late.
    /// </summary>
    public TimeSpan SackDelay { get; init; } = TimeSpan.FromMilliseconds(175);

    /// <summary>How long a peer may make us wait for a SACK that we have not asked for (RFC 9260, section 6.2).</summary>
    public TimeSpan PeerSackDelay { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Silence after which a HEARTBEAT is sent.</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a state cookie is good for (RFC 9260, section 16: Valid.Cookie.Life).</summary>
    public TimeSpan CookieLifetime { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Retransmissions of INIT or COOKIE ECHO before giving up (Max.Init.Retransmits).</summary>
    public int MaxInitRetransmissions { get; init; } = 8;

    /// <summary>Time-outs in a row before giving the peer up (Association.Max.Retrans).</summary>
    public int MaxRetransmissions { get; init; } = 10;

    /// <summary>The largest payload of one DATA chunk: what a packet holds after the two headers, in whole words.</summary>
    public int MaxFragment => (MaxPacketSize - PacketBuilder.HeaderSize - Chunks.DataChunk.HeaderSize) & ~3;
}
