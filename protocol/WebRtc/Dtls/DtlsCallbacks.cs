using System.Runtime.InteropServices;
using Peercast.WebRtc.Native;
using static Peercast.WebRtc.Native.SslConstants;

namespace Peercast.WebRtc.Dtls;

/// <summary>
/// What OpenSSL calls: the BIO that an endpoint reads from and writes to, the certificate check, the timer. An exception
/// that left one of them would end the process, so each of them catches everything.
/// </summary>
internal static unsafe class DtlsCallbacks
{
    private const int Sha256Length = 32;

    // IPv6 and UDP headers, the larger of the two families.
    private const int IpOverhead = 48;

    private static readonly nint Method = MakeMethod();

    /// <summary>Makes the BIO of one endpoint; the SSL that it is given to owns it.</summary>
    /// <exception cref="OpenSslException">Out of memory.</exception>
    public static nint NewBio(nint callbackTarget)
    {
        nint bio = LibCrypto.BIO_new(Method);
        if (bio == 0)
        {
            throw OpenSslException.FromQueue("BIO_new");
        }

        LibCrypto.BIO_set_data(bio, callbackTarget);
        return bio;
    }

    /// <summary>Called for the peer's certificate during the handshake; 1 accepts it.</summary>
    [UnmanagedCallersOnly]
    public static int VerifyCertificate(nint storeContext, nint argument)
    {
        try
        {
            nint ssl = LibCrypto.X509_STORE_CTX_get_ex_data(storeContext, LibSsl.SSL_get_ex_data_X509_STORE_CTX_idx());
            nint certificate = LibCrypto.X509_STORE_CTX_get0_cert(storeContext);
            byte* digest = stackalloc byte[Sha256Length];
            uint length = 0;
            if (ssl != 0
                && certificate != 0
                && LibCrypto.X509_digest(certificate, LibCrypto.EVP_sha256(), digest, &length) == 1
                && TargetOf(LibSsl.SSL_get_rbio(ssl)) is { } endpoint
                && endpoint.AcceptPeerFingerprint(new ReadOnlySpan<byte>(digest, (int)length)))
            {
                return 1;
            }
        }
        catch (Exception)
        {
            // Falls through: what cannot be checked is refused.
        }

        LibCrypto.X509_STORE_CTX_set_error(storeContext, X509ErrorCertificateRejected);
        return 0;
    }

    /// <summary>The next retransmission timeout after one of so many microseconds; 0 asks for the first one.</summary>
    [UnmanagedCallersOnly]
    public static uint NextTimeout(nint ssl, uint microseconds)
    {
        try
        {
            return (TargetOf(LibSsl.SSL_get_rbio(ssl))?.Timers ?? DtlsTimers.Default).Next(microseconds);
        }
        catch (Exception)
        {
            return DtlsTimers.Default.Next(microseconds);
        }
    }

    private static nint MakeMethod()
    {
        nint method = LibCrypto.BIO_meth_new(LibCrypto.BIO_get_new_index() | BioTypeSourceSink, "datagrams");
        if (method == 0
            || LibCrypto.BIO_meth_set_create(method, &Create) != 1
            || LibCrypto.BIO_meth_set_read(method, &Read) != 1
            || LibCrypto.BIO_meth_set_write(method, &Write) != 1
            || LibCrypto.BIO_meth_set_ctrl(method, &Control) != 1)
        {
            throw OpenSslException.FromQueue("BIO_meth_new");
        }

        return method;
    }

    [UnmanagedCallersOnly]
    private static int Create(nint bio)
    {
        LibCrypto.BIO_set_init(bio, 1);
        return 1;
    }

    [UnmanagedCallersOnly]
    private static int Read(nint bio, byte* buffer, int length)
    {
        try
        {
            LibCrypto.BIO_clear_flags(bio, BioFlagsAllRetry);
            int read = TargetOf(bio)?.TakeDatagram(new Span<byte>(buffer, length)) ?? 0;
            if (read > 0)
            {
                return read;
            }

            LibCrypto.BIO_set_flags(bio, BioFlagsRead | BioFlagsShouldRetry);
        }
        catch (Exception)
        {
            // Reported as "nothing to read".
        }

        return -1;
    }

    [UnmanagedCallersOnly]
    private static int Write(nint bio, byte* buffer, int length)
    {
        try
        {
            TargetOf(bio)?.PutDatagram(new ReadOnlySpan<byte>(buffer, length));
        }
        catch (Exception)
        {
            // A datagram that could not be sent is a lost one, and DTLS and SCTP know how to deal with loss.
        }

        return length;
    }

    [UnmanagedCallersOnly]
    private static nint Control(nint bio, int command, nint number, nint pointer) => command switch
    {
        BioCtrlFlush => 1,
        BioCtrlDgramGetMtuOverhead => IpOverhead,
        _ => 0,
    };

    private static DtlsEndpoint? TargetOf(nint bio) =>
        bio == 0 || LibCrypto.BIO_get_data(bio) is not (not 0 and var data) ? null : GCHandle.FromIntPtr(data).Target as DtlsEndpoint;
}
