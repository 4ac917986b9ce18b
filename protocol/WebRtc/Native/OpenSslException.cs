namespace Peercast.WebRtc.Native;

/// <summary>
/// OpenSSL refused something that depends on this process alone (the context, the certificate, memory). What a peer
/// does never ends here: a failed handshake is a state of its connection.
/// </summary>
public class OpenSslException : Exception
{
    /// <summary>Makes the exception with a message alone.</summary>
    public OpenSslException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception with the failure that caused it.</summary>
    public OpenSslException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Names the call that failed and drains OpenSSL's error queue of this thread into <see cref="Errors"/>.</summary>
    internal static OpenSslException FromQueue(string call)
    {
        IReadOnlyList<string> errors = OpenSslErrorQueue.Drain();
        string reason = errors.Count == 0 ? "no reason given" : string.Join("; ", errors);
        return new OpenSslException($"OpenSSL: {call} failed: {reason}") { Errors = errors };
    }

    /// <summary>OpenSSL's own words, oldest first; empty when it gave none.</summary>
    public IReadOnlyList<string> Errors { get; private init; } = [];
}
