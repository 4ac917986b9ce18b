namespace Peercast.WebRtc.Sdp;

/// <summary>The <c>setup</c> attribute, RFC 4145 section 4 as RFC 8842 section 5 uses it: who sends the DTLS ClientHello.</summary>
internal enum DtlsSetup
{
    /// <summary>Either; the answerer chooses. What an offer says.</summary>
    ActPass,

    /// <summary>The writer is the DTLS client.</summary>
    Active,

    /// <summary>The writer is the DTLS server.</summary>
    Passive,
}
