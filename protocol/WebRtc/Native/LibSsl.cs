using System.Runtime.InteropServices;

namespace Peercast.WebRtc.Native;

/// <summary>Imports from libssl, OpenSSL 3.0 and later. Names and shapes are those of its manual pages, section 3.</summary>
internal static unsafe partial class LibSsl
{
    [LibraryImport(OpenSslLibrary.Ssl)]
    public static partial nint DTLS_method();

    [LibraryImport(OpenSslLibrary.Ssl)]
    public static partial SslContextHandle SSL_CTX_new(nint method);

    [LibraryImport(OpenSslLibrary.Ssl)]
    public static partial void SSL_CTX_free(nint context);

    [LibraryImport(OpenSslLibrary.Ssl)]
    public static partial int SSL_CTX_use_certificate_ASN1(SslContextHandle context, int length, byte* certificate);

    // Not a SafeHandle's "long": the length is C's long, which is 32 bits on Windows; CLong is exactly that.
    [LibraryImport(OpenSslLibrary.Ssl)]
    public static partial int SSL_CTX_use_PrivateKey_ASN1(int type, SslContextHandle context, byte* key, CLong length);

    [LibraryImport(OpenSslLibrary.Ssl)]
    public static partial int SSL_CTX_check_private_key(SslContextHandle context);

    [LibraryImport(OpenSslLibrary.Ssl)]
    public static partial CLong SSL_CTX_ctrl(SslContextHandle context, int command, CLong number, void* pointer);

    [LibraryImport(OpenSslLibrary.Ssl)]
    public static partial ulong SSL_CTX_set_options(SslContextHandle context, ulong options);

    [LibraryImport(OpenSslLibrary.Ssl, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SSL_CTX_set_cipher_list(SslContextHandle context, string ciphers);

    [LibraryImport(OpenSslLibrary.Ssl)]
    public static partial void SSL_CTX_set_verify(SslContextHandle context, int mode, nint callback);

    [LibraryImport(OpenSslLibrary.Ssl)]
    public static partial void SSL_CTX_set_cert_verify_callback(
        SslContextHandle context, delegate* unmanaged<nint, nint, int> callback, nint argument);

    [LibraryImport(OpenSslLibrary.Ssl)]
    public static partial int SSL_get_ex_data_X509_STORE_CTX_idx();

    [LibraryImport(OpenSslLibrary.Ssl)]
    public static partial SslHandle SSL_new(SslContextHandle context);

    [LibraryImport(OpenSslLibrary.Ssl)]
    public static partial void SSL_free(nint ssl);

    [LibraryImport(OpenSslLibrary.Ssl)]
    public static partial void SSL_set_bio(SslHandle ssl, nint read, nint write);

    [LibraryImport(OpenSslLibrary.Ssl)]
    public static partial nint SSL_get_rbio(nint ssl);

    [LibraryImport(OpenSslLibrary.Ssl)]
    public static partial void SSL_set_accept_state(SslHandle ssl);

    [LibraryImport(OpenSslLibrary.Ssl)]
    public static partial void SSL_set_connect_state(SslHandle ssl);

    [LibraryImport(OpenSslLibrary.Ssl)]
    public static partial int SSL_do_handshake(SslHandle ssl);

    [LibraryImport(OpenSslLibrary.Ssl)]
    public static partial int SSL_read(SslHandle ssl, byte* buffer, int length);

    [LibraryImport(OpenSslLibrary.Ssl)]
    public static partial int SSL_write(SslHandle ssl, byte* buffer, int length);

    [LibraryImport(OpenSslLibrary.Ssl)]
    public static partial int SSL_shutdown(SslHandle ssl);

    [LibraryImport(OpenSslLibrary.Ssl)]
    public static partial int SSL_get_error(SslHandle ssl, int result);

    [LibraryImport(OpenSslLibrary.Ssl)]
    public static partial CLong SSL_ctrl(SslHandle ssl, int command, CLong number, void* pointer);

    [LibraryImport(OpenSslLibrary.Ssl)]
    public static partial void DTLS_set_timer_cb(SslHandle ssl, delegate* unmanaged<nint, uint, uint> callback);
}
