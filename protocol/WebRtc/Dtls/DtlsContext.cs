using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Peercast.WebRtc.Native;
using static Peercast.WebRtc.Native.SslConstants;

namespace Peercast.WebRtc.Dtls;

/// <summary>
/// One SSL_CTX and one self-signed P-256 certificate, which all connections of a process share. Safe to use from any
/// thread: OpenSSL only reads a context once it is set up.
/// </summary>
internal sealed unsafe class DtlsContext : IDisposable
{
    // Forward secrecy and AES-GCM only. Every WebRTC endpoint has the first (RFC 8827 section 6.5), and DtlsRecords relies on
    // the record lengths of GCM.
    private const string Ciphers =
        "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384";

    private static readonly Lazy<DtlsContext> SharedContext = new(() => new DtlsContext(), LazyThreadSafetyMode.PublicationOnly);

    private readonly byte[] _fingerprint;

    /// <summary>Makes a context with a fresh certificate.</summary>
    /// <exception cref="OpenSslMissingException">OpenSSL 3 is not installed.</exception>
    /// <exception cref="OpenSslException">OpenSSL refused.</exception>
    public DtlsContext()
    {
        OpenSslLibrary.EnsureLoaded();
        OpenSslErrorQueue.Clear();
        Handle = LibSsl.SSL_CTX_new(LibSsl.DTLS_method());
        if (Handle.IsInvalid)
        {
            throw OpenSslException.FromQueue("SSL_CTX_new");
        }

        try
        {
            Configure();
            _fingerprint = UseFreshCertificate();
        }
        catch
        {
            Handle.Dispose();
            throw;
        }
    }

    /// <summary>The context of this process, made at first use.</summary>
    public static DtlsContext Shared => SharedContext.Value;

    /// <summary>SHA-256 of the certificate's DER: what a=fingerprint:sha-256 announces (RFC 8122 section 5).</summary>
    public ReadOnlySpan<byte> Fingerprint => _fingerprint;

    /// <summary>The SSL_CTX.</summary>
    public SslContextHandle Handle { get; }

    public void Dispose() => Handle.Dispose();

    private void Configure()
    {
        Require(LibSsl.SSL_CTX_ctrl(Handle, CtrlSetMinProtoVersion, new CLong(Dtls12Version), null), "minimum version");
        Require(LibSsl.SSL_CTX_ctrl(Handle, CtrlSetMaxProtoVersion, new CLong(Dtls12Version), null), "maximum version");

        // NO_QUERY_MTU: our BIO has no path MTU to ask for. Sessions are never resumed nor renegotiated: less to get wrong.
        LibSsl.SSL_CTX_set_options(Handle, OptionNoQueryMtu | OptionNoTicket | OptionNoRenegotiation);
        LibSsl.SSL_CTX_ctrl(Handle, CtrlSetSessionCacheMode, new CLong(SessionCacheOff), null);

        // Idle connections are many, and the two record buffers are most of what one costs.
        LibSsl.SSL_CTX_ctrl(Handle, CtrlMode, new CLong(ModeReleaseBuffers), null);

        Require(LibSsl.SSL_CTX_set_cipher_list(Handle, Ciphers), "SSL_CTX_set_cipher_list");
        fixed (byte* groups = "X25519:P-256:P-384\0"u8)
        {
            Require(LibSsl.SSL_CTX_ctrl(Handle, CtrlSetGroupsList, new CLong(0), groups), "SSL_CTX_set1_groups_list");
        }

        // A chain says nothing about a self-signed certificate: the callback compares the fingerprint instead.
        LibSsl.SSL_CTX_set_verify(Handle, VerifyPeer | VerifyFailIfNoPeerCertificate, 0);
        LibSsl.SSL_CTX_set_cert_verify_callback(Handle, &DtlsCallbacks.VerifyCertificate, 0);
    }

    private byte[] UseFreshCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=WebRTC", key, HashAlgorithmName.SHA256);
        DateTimeOffset now = DateTimeOffset.UtcNow;

        // Nobody checks the dates of a certificate that its fingerprint vouches for; they cover clocks that are off.
        using X509Certificate2 certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddYears(1));
        byte[] der = certificate.RawData;
        byte[] privateKey = key.ExportECPrivateKey();
        try
        {
            fixed (byte* pointer = der)
            {
                Require(LibSsl.SSL_CTX_use_certificate_ASN1(Handle, der.Length, pointer), "SSL_CTX_use_certificate_ASN1");
            }

            fixed (byte* pointer = privateKey)
            {
                Require(
                    LibSsl.SSL_CTX_use_PrivateKey_ASN1(EvpPkeyEc, Handle, pointer, new CLong(privateKey.Length)),
                    "SSL_CTX_use_PrivateKey_ASN1");
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(privateKey);
        }

        Require(LibSsl.SSL_CTX_check_private_key(Handle), "SSL_CTX_check_private_key");
        return SHA256.HashData(der);
    }

    private static void Require(CLong result, string call) => Require((int)result.Value, call);

    private static void Require(int result, string call)
    {
        if (result != 1)
        {
            throw OpenSslException.FromQueue(call);
        }
    }
}
