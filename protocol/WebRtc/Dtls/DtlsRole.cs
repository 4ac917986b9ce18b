namespace Peercast.WebRtc.Dtls;

/// <summary>Who sends the ClientHello (a=setup, RFC 8842 section 5.2).</summary>
internal enum DtlsRole
{
    /// <summary>a=setup:active: we send the ClientHello.</summary>
    Client,

    /// <summary>a=setup:passive: we wait for it.</summary>
    Server,
}
