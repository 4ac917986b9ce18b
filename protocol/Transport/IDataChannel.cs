namespace Peercast.Protocol.Transport;

/// <summary>
/// One WebRTC data channel, in the W3C's words (webrtc-pc, section 6.2). Implementations raise every event of one
/// connection from one thread at a time; a handler must return quickly and must not block.
/// </summary>
public interface IDataChannel
{
    /// <summary>The label agreed in DCEP (RFC 8832, section 5.1).</summary>
    string Label { get; }

    /// <summary>Where the channel stands in its life.</summary>
    DataChannelState State { get; }

    /// <summary>Bytes of payload accepted by <see cref="TrySend"/> and not yet handed to the network.</summary>
    long BufferedAmount { get; }

    /// <summary>When <see cref="BufferedAmount"/> falls to this many bytes or fewer, <see cref="BufferedAmountLow"/> is raised.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    long BufferedAmountLowThreshold { get; set; }

    /// <summary>
    /// The channel can carry messages from now on. A handler added when that has happened already, as it may on a connection
    /// that stood before the channel was created, is called at once, on the thread that adds it.
    /// </summary>
    event Action? Opened;

    /// <summary>
    /// The channel has closed, on either side's wish or because the connection failed. Raised exactly once; a handler added
    /// later is called at once, on the thread that adds it.
    /// </summary>
    event Action? Closed;

    /// <summary>
    /// The buffer has drained to the threshold; or, after <see cref="TrySend"/> has refused a message because the buffer was
    /// full, there is room again and no more than the threshold waits.
    /// </summary>
    event Action? BufferedAmountLow;

    /// <summary>A whole message arrived. The memory is the handler's only until it returns.</summary>
    event DataChannelMessageHandler? MessageReceived;

    /// <summary>
    /// Queues one binary message of at most 256 KiB (the <c>max-message-size</c> that browsers announce).
    /// </summary>
    /// <param name="message">0 to 262,144 bytes; copied.</param>
    /// <exception cref="ArgumentOutOfRangeException">The message is longer than that, or than the peer takes.</exception>
    /// <returns><see langword="false"/> when the channel is not open, or the send buffer of the connection is full; the message is then not queued.</returns>
    bool TrySend(ReadOnlySpan<byte> message);

    /// <summary>Closes the channel; what was queued before may still be delivered.</summary>
    void Close();
}

/// <summary>A message that arrived on a data channel.</summary>
/// <param name="message">The payload; valid until the handler returns.</param>
/// <param name="isText"><see langword="true"/> for a UTF-8 text message (PPID 51 or 56), <see langword="false"/> for a binary one.</param>
public delegate void DataChannelMessageHandler(ReadOnlySpan<byte> message, bool isText);

/// <summary>The life of a data channel (webrtc-pc, RTCDataChannelState).</summary>
public enum DataChannelState
{
    /// <summary>The transport or the peer is not ready yet.</summary>
    Connecting,

    /// <summary>Messages can be sent and received.</summary>
    Open,

    /// <summary>The closing procedure runs.</summary>
    Closing,

    /// <summary>Closed, or it never opened.</summary>
    Closed,
}

/// <summary>How a data channel delivers (RFC 8832, section 5.1).</summary>
public sealed record DataChannelOptions
{
    /// <summary>Deliver messages in the order they were sent. Default: <see langword="true"/>.</summary>
    public bool Ordered { get; init; } = true;

    /// <summary>Give a message up after so many retransmissions; <see langword="null"/> (default): reliable.</summary>
    public ushort? MaxRetransmits { get; init; }

    /// <summary>Give a message up after so many milliseconds; <see langword="null"/> (default): reliable.</summary>
    public ushort? MaxPacketLifeTime { get; init; }

    /// <summary>The name of the protocol that the channel carries. Default: empty.</summary>
    public string Protocol { get; init; } = "";
}
