using System.Runtime.InteropServices;

namespace Peercast.WebRtc.Native;

/// <summary>OpenSSL's error queue, one per thread (ERR_get_error(3)).</summary>
internal static unsafe class OpenSslErrorQueue
{
    // ERR_error_string_n asks for at least 256 bytes.
    private const int TextLength = 256;

    /// <summary>Empties this thread's queue, as OpenSSL asks for before each call whose failure is to be understood (SSL_get_error(3)).</summary>
    public static void Clear()
    {
        // Nearly always it is empty, and a look costs a tenth of the sweep.
        if (LibCrypto.ERR_peek_error() != 0)
        {
            LibCrypto.ERR_clear_error();
        }
    }

    /// <summary>Takes every error out of this thread's queue, oldest first.</summary>
    public static IReadOnlyList<string> Drain()
    {
        List<string>? errors = null;
        byte* text = stackalloc byte[TextLength];
        while (LibCrypto.ERR_get_error() is var code && code != 0)
        {
            LibCrypto.ERR_error_string_n(code, text, TextLength);
            (errors ??= []).Add(Marshal.PtrToStringUTF8((nint)text) ?? "");
        }

        return errors ?? [];
    }
}
