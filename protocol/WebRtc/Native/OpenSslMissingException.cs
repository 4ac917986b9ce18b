namespace Peercast.WebRtc.Native;

/// <summary>OpenSSL 3 (libssl and libcrypto) is not installed, or is too old. The message says what to install.</summary>
public sealed class OpenSslMissingException : OpenSslException
{
    /// <summary>Makes the exception; <paramref name="message"/> says what to install.</summary>
    public OpenSslMissingException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
