namespace Peercast.WebRtc.Native;

/// <summary>Numbers from OpenSSL's public headers; the header that defines each group is named.</summary>
internal static class SslConstants
{
    // openssl/prov_ssl.h
    public const int Dtls12Version = 0xFEFD;

    // openssl/ssl.h: SSL_get_error
    public const int ErrorWantRead = 2;
    public const int ErrorWantWrite = 3;
    public const int ErrorZeroReturn = 6;

    // openssl/ssl.h: SSL_ctrl and SSL_CTX_ctrl
    public const int CtrlSetMtu = 17;
    public const int CtrlMode = 33;
    public const int CtrlSetSessionCacheMode = 44;
    public const int DtlsCtrlGetTimeout = 73;
    public const int DtlsCtrlHandleTimeout = 74;
    public const int CtrlSetGroupsList = 92;
    public const int CtrlSetMinProtoVersion = 123;
    public const int CtrlSetMaxProtoVersion = 124;

    // openssl/ssl.h: SSL_OP_*
    public const ulong OptionNoQueryMtu = 1UL << 12;
    public const ulong OptionNoTicket = 1UL << 14;
    public const ulong OptionNoRenegotiation = 1UL << 30;

    // openssl/ssl.h: SSL_MODE_*, SSL_SESS_CACHE_*, SSL_VERIFY_*
    public const int ModeReleaseBuffers = 0x10;
    public const int SessionCacheOff = 0;
    public const int VerifyPeer = 0x01;
    public const int VerifyFailIfNoPeerCertificate = 0x02;

    // openssl/obj_mac.h: NID_X9_62_id_ecPublicKey, which is EVP_PKEY_EC
    public const int EvpPkeyEc = 408;

    // openssl/x509_vfy.h: X509_V_ERR_CERT_REJECTED, which makes OpenSSL send the alert bad_certificate
    public const int X509ErrorCertificateRejected = 28;

    // openssl/bio.h
    public const int BioTypeSourceSink = 0x0400;
    public const int BioFlagsRead = 0x01;
    public const int BioFlagsShouldRetry = 0x08;
    public const int BioFlagsAllRetry = 0x0F;
    public const int BioCtrlFlush = 11;
    public const int BioCtrlDgramGetMtuOverhead = 49;
}
