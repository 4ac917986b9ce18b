namespace Peercast.WebRtc.Dtls;

/// <summary>Where a <see cref="DtlsEndpoint"/> puts what comes out of it. Called on the thread that called the endpoint.</summary>
internal interface IDtlsOwner
{
    /// <summary>
    /// One datagram for the peer, at most <see cref="DtlsEndpoint.MaxDatagram"/> bytes. Called from inside OpenSSL: it must
    /// not call the endpoint. A datagram that cannot be sent is a lost one.
    /// </summary>
    void SendDtlsDatagram(ReadOnlySpan<byte> datagram);

    /// <summary>The payload of one record; valid until the method returns. It may call the endpoint.</summary>
    void DtlsPayloadReceived(ReadOnlySpan<byte> payload);
}
