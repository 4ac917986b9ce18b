using System.Net;

namespace Peercast.WebRtc.Stun;

/// <summary>
/// A public STUN server's answer to a binding request, RFC 8489 section 12: tells a peer its address as the server sees it.
/// It keeps no state and asks for no credentials. The response is at most 2.2 times as long as the request, so that a forged
/// source address gains an attacker next to nothing.
/// </summary>
public static class StunBindingServer
{
    /// <summary>Bytes that a response can take.</summary>
    public const int MaxResponseLength = 64;

    /// <summary>An attribute costs a request at least four bytes and the response two: naming a few is help enough.</summary>
    private const int MaxUnknownAttributes = 8;

    /// <summary>Makes the response to a datagram.</summary>
    /// <param name="request">The datagram as received.</param>
    /// <param name="from">Its source; an IPv4 address in IPv6 mapped form is reported as IPv4.</param>
    /// <param name="response">Takes at most <see cref="MaxResponseLength"/> bytes.</param>
    /// <param name="length">Bytes written.</param>
    /// <returns><see langword="false"/> when the datagram is not a binding request and deserves no answer.</returns>
    /// <exception cref="ArgumentException"><paramref name="response"/> is shorter than <see cref="MaxResponseLength"/>.</exception>
    public static bool TryRespond(ReadOnlySpan<byte> request, IPEndPoint from, Span<byte> response, out int length)
    {
        if (response.Length < MaxResponseLength)
            throw new ArgumentException($"The buffer must hold {MaxResponseLength} bytes.", nameof(response));
        length = 0;
        if (!StunMessage.TryParse(request, out StunMessage message)
            || message.Class != StunClass.Request || message.Method != StunMessage.BindingMethod)
        {
            return false;
        }

        Span<ushort> unknown = stackalloc ushort[MaxUnknownAttributes];
        int unknownCount = 0;
        foreach (StunAttribute attribute in message.Attributes)
        {
            if (unknownCount < MaxUnknownAttributes && StunAttributeType.IsUnknownAndRequired(attribute.Type))
                unknown[unknownCount++] = attribute.Type;
        }

        StunMessageBuilder builder;
        if (unknownCount > 0)
        {
            builder = new StunMessageBuilder(response, StunClass.Error, message.TransactionId);
            builder.AddErrorCode(StunError.UnknownAttribute, "");
            builder.AddUnknownAttributes(unknown[..unknownCount]);
        }
        else
        {
            builder = new StunMessageBuilder(response, StunClass.Success, message.TransactionId);
            builder.AddXorMappedAddress(from);
        }

        // Section 7.3: a response carries FINGERPRINT when the request did.
        if (message.HasFingerprint)
            builder.AddFingerprint();
        length = builder.Length;
        return true;
    }
}
