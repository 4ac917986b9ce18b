using System.Runtime.InteropServices;

namespace Peercast.WebRtc.Native;

/// <summary>Imports from libcrypto, OpenSSL 3.0 and later. Names and shapes are those of its manual pages, section 3.</summary>
internal static unsafe partial class LibCrypto
{
    [LibraryImport(OpenSslLibrary.Crypto)]
    public static partial ulong ERR_get_error();

    [LibraryImport(OpenSslLibrary.Crypto)]
    public static partial void ERR_clear_error();

    // Called for every packet, and over in nanoseconds, like the BIO's accessors below: the collector can wait for them.
    [LibraryImport(OpenSslLibrary.Crypto)]
    [SuppressGCTransition]
    public static partial ulong ERR_peek_error();

    [LibraryImport(OpenSslLibrary.Crypto)]
    public static partial void ERR_error_string_n(ulong error, byte* buffer, nuint length);

    [LibraryImport(OpenSslLibrary.Crypto)]
    public static partial int BIO_get_new_index();

    [LibraryImport(OpenSslLibrary.Crypto, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint BIO_meth_new(int type, string name);

    [LibraryImport(OpenSslLibrary.Crypto)]
    public static partial int BIO_meth_set_write(nint method, delegate* unmanaged<nint, byte*, int, int> write);

    [LibraryImport(OpenSslLibrary.Crypto)]
    public static partial int BIO_meth_set_read(nint method, delegate* unmanaged<nint, byte*, int, int> read);

    [LibraryImport(OpenSslLibrary.Crypto)]
    public static partial int BIO_meth_set_ctrl(nint method, delegate* unmanaged<nint, int, nint, nint, nint> ctrl);

    [LibraryImport(OpenSslLibrary.Crypto)]
    public static partial int BIO_meth_set_create(nint method, delegate* unmanaged<nint, int> create);

    [LibraryImport(OpenSslLibrary.Crypto)]
    public static partial nint BIO_new(nint method);

    [LibraryImport(OpenSslLibrary.Crypto)]
    public static partial void BIO_set_data(nint bio, nint data);

    [LibraryImport(OpenSslLibrary.Crypto)]
    [SuppressGCTransition]
    public static partial nint BIO_get_data(nint bio);

    [LibraryImport(OpenSslLibrary.Crypto)]
    public static partial void BIO_set_init(nint bio, int init);

    [LibraryImport(OpenSslLibrary.Crypto)]
    [SuppressGCTransition]
    public static partial void BIO_set_flags(nint bio, int flags);

    [LibraryImport(OpenSslLibrary.Crypto)]
    [SuppressGCTransition]
    public static partial void BIO_clear_flags(nint bio, int flags);

    [LibraryImport(OpenSslLibrary.Crypto)]
    public static partial nint X509_STORE_CTX_get0_cert(nint storeContext);

    [LibraryImport(OpenSslLibrary.Crypto)]
    public static partial nint X509_STORE_CTX_get_ex_data(nint storeContext, int index);

    [LibraryImport(OpenSslLibrary.Crypto)]
    public static partial void X509_STORE_CTX_set_error(nint storeContext, int error);

    [LibraryImport(OpenSslLibrary.Crypto)]
    public static partial int X509_digest(nint certificate, nint algorithm, byte* digest, uint* length);

    [LibraryImport(OpenSslLibrary.Crypto)]
    public static partial nint EVP_sha256();
}
