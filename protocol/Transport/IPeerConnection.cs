namespace Peercast.Protocol.Transport;

/// <summary>
/// One connection to one peer, in the W3C's words (webrtc-pc, section 4.4), for data channels only. All members are
/// safe to call from any thread and none of them blocks; events come from one thread at a time.
/// </summary>
public interface IPeerConnection : IDisposable
{
    /// <summary>Where the connection stands.</summary>
    PeerConnectionState State { get; }

    /// <summary>The state changed.</summary>
    event Action<PeerConnectionState>? StateChanged;

    /// <summary>A local ICE candidate to be sent to the peer; <see langword="null"/> once gathering has ended.</summary>
    event Action<IceCandidate?>? IceCandidateGathered;

    /// <summary>The peer opened a data channel. Subscribe to its events inside the handler: nothing has been delivered yet.</summary>
    event Action<IDataChannel>? DataChannelReceived;

    /// <summary>
    /// A new exchange of <see cref="CreateOffer"/> and its answer is needed: <see cref="RestartIce"/> was called, or the local address in use is gone.
    /// </summary>
    event Action? NegotiationNeeded;

    /// <summary>Opens a data channel; before the first offer or at any later time.</summary>
    /// <param name="label">At most 65,535 bytes of UTF-8.</param>
    /// <param name="options">Delivery; <see langword="null"/>: reliable and ordered.</param>
    /// <returns>The channel, which opens when the connection is up; one that is closed when the connection is.</returns>
    /// <exception cref="ArgumentException">
    /// The label or the protocol's name is too long, or the options limit retransmissions and time both.
    /// </exception>
    IDataChannel CreateDataChannel(string label, DataChannelOptions? options = null);

    /// <summary>
    /// Makes the offer and begins to gather candidates: the caller becomes the ICE controlling agent. After <see cref="RestartIce"/>, or once
    /// <see cref="NegotiationNeeded"/> has been raised, makes the offer that restarts ICE, and the same once more while it waits for its answer.
    /// </summary>
    /// <exception cref="InvalidOperationException">An offer or an answer exists already, and no restart is wanted; or the connection is closed.</exception>
    SessionDescription CreateOffer();

    /// <summary>
    /// Takes the peer's offer and makes the answer. A later offer of the same peer restarts ICE; one of our own that waits is withdrawn for it, so when two
    /// meet, the side whose offer is to stand does not take the other's.
    /// </summary>
    /// <returns>The answer, or <see langword="null"/> with the reason in <paramref name="error"/> when the offer cannot be used.</returns>
    SessionDescription? TryAcceptOffer(SessionDescription offer, out string? error);

    /// <summary>Takes the peer's answer to <see cref="CreateOffer"/>.</summary>
    /// <returns><see langword="false"/> with the reason in <paramref name="error"/> when the answer cannot be used.</returns>
    bool TryAcceptAnswer(SessionDescription answer, out string? error);

    /// <summary>
    /// Has the way to the peer looked for anew (RFC 8445 section 9), for example after <see cref="PeerConnectionState.Disconnected"/>: raises
    /// <see cref="NegotiationNeeded"/>. The channels stay open and go over to the new way once it is found; until then the old one is used. Does nothing before
    /// the first offer and answer have been exchanged.
    /// </summary>
    void RestartIce();

    /// <summary>Adds a candidate of the peer. One that cannot be parsed or used is ignored.</summary>
    void AddIceCandidate(IceCandidate candidate);
}

/// <summary>Makes peer connections that share what a process can share: the UDP socket, the certificate, the timers.</summary>
public interface IPeerConnectionFactory : IDisposable
{
    /// <summary>
    /// What all connections together send at most, in bits per second with all headers: whoever knows the line upward sets it,
    /// so that nothing waits in its queue. Messages take turns; those of a packet or less do not wait for theirs, and are
    /// taken off what is left for the others. Received data is acknowledged so seldom that it takes a fifth of this at most.
    /// <see cref="long.MaxValue"/>, the default: no bound. Holds at once for all connections.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive.</exception>
    long MaxSendRate { get; set; }

    /// <summary>
    /// Something else went up the same line, such as TCP's acknowledgments of a download: while <see cref="MaxSendRate"/> is
    /// set, messages wait for it as for each other, for a second at most.
    /// </summary>
    /// <param name="wireBytes">With all headers.</param>
    void Charge(int wireBytes);

    /// <summary>Makes a connection that has not begun to connect.</summary>
    IPeerConnection CreatePeerConnection();

    /// <summary>
    /// Runs an action. The messages that it sends, to whichever peers, go out once it has returned, so that small ones to
    /// the same peer share a packet. In the handler of an event there is no need of it: what that sends goes out together.
    /// </summary>
    void SendTogether(Action action);
}

/// <summary>The life of a peer connection (webrtc-pc, RTCPeerConnectionState).</summary>
public enum PeerConnectionState
{
    /// <summary>Nothing has been negotiated.</summary>
    New,

    /// <summary>ICE, DTLS or SCTP are being set up.</summary>
    Connecting,

    /// <summary>Data channels work.</summary>
    Connected,

    /// <summary>Consent is overdue (RFC 7675); it may come back.</summary>
    Disconnected,

    /// <summary>No candidate pair works, the peer's certificate is not the one in the SDP, or consent was lost for good.</summary>
    Failed,

    /// <summary>Closed on either side's wish.</summary>
    Closed,
}

/// <summary>A session description (RFC 8866) as exchanged in signaling.</summary>
/// <param name="Type"><c>offer</c> or <c>answer</c>.</param>
/// <param name="Sdp">The text.</param>
public sealed record SessionDescription(string Type, string Sdp);

/// <summary>An ICE candidate as exchanged in signaling (RFC 8839, section 5.1).</summary>
/// <param name="Candidate">The text from <c>candidate:</c> on.</param>
/// <param name="SdpMid">The media section it belongs to; <c>0</c> in ours.</param>
public sealed record IceCandidate(string Candidate, string SdpMid);
