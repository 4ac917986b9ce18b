namespace Peercast.WebRtc.Sctp;

/// <summary>
/// What an association reports, from inside the call that made it happen. The observer may send, reset streams and
/// abort from within; it must not call <see cref="SctpAssociation.Receive"/>, <see cref="SctpAssociation.Tick"/> or
/// <see cref="SctpAssociation.TryGetPacket"/>.
/// </summary>
internal interface ISctpObserver
{
    /// <summary>Messages can flow. Called once.</summary>
    void OnEstablished();

    /// <summary>A whole message arrived; the span is valid until the method returns.</summary>
    void OnMessage(ushort streamId, uint ppid, ReadOnlySpan<byte> message);

    /// <summary>The peer reset its outgoing stream: what follows on it belongs to a new use of the id.</summary>
    void OnStreamReset(ushort streamId);

    /// <summary>The peer has answered our reset of an outgoing stream, which can be used anew.</summary>
    /// <param name="streamId">The stream.</param>
    /// <param name="performed"><see langword="false"/> when the peer denied the reset.</param>
    void OnOutgoingStreamReset(ushort streamId, bool performed);

    /// <summary>Bytes were transmitted for the first time, or given up; so many now wait on the stream.</summary>
    void OnBufferedAmountChanged(ushort streamId, long bytes);

    /// <summary>A message on this stream was refused because the send buffer was full, and now it has room again.</summary>
    void OnSendBufferFree(ushort streamId);

    /// <summary>
    /// The peer lost its state and began anew (RFC 9260, section 5.2.4.1). What was queued is gone, every stream begins
    /// at zero, and the association goes on.
    /// </summary>
    void OnRestarted();

    /// <summary>The association is over; drain the last packets and drop it. Called once.</summary>
    void OnClosed(SctpCloseReason reason, string detail);
}
