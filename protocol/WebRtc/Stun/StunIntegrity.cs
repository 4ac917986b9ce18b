using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Peercast.WebRtc.Stun;

/// <summary>The value of MESSAGE-INTEGRITY, RFC 8489 section 14.5: HMAC-SHA1 over the message up to the attribute.</summary>
internal static class StunIntegrity
{
    /// <summary>Bytes of the value.</summary>
    public const int Length = HMACSHA1.HashSizeInBytes;

    /// <summary>
    /// Computes the value. The length field counts as if MESSAGE-INTEGRITY were the last attribute, whatever follows it.
    /// </summary>
    /// <param name="messageBefore">The message up to the attribute, header included.</param>
    /// <param name="key">The short-term key: the password's UTF-8 bytes.</param>
    /// <param name="destination">Takes <see cref="Length"/> bytes.</param>
    [SuppressMessage("Security", "CA5350", Justification = "RFC 8445 section 7.1 prescribes HMAC-SHA1 for connectivity checks.")]
    public static void Compute(ReadOnlySpan<byte> messageBefore, ReadOnlySpan<byte> key, Span<byte> destination)
    {
        const int StackLimit = 1024;
        Span<byte> copy = messageBefore.Length <= StackLimit ? stackalloc byte[StackLimit] : new byte[messageBefore.Length];
        copy = copy[..messageBefore.Length];
        messageBefore.CopyTo(copy);
        BinaryPrimitives.WriteUInt16BigEndian(copy[2..], (ushort)(messageBefore.Length - StunMessage.HeaderLength + 4 + Length));
        HMACSHA1.HashData(key, copy, destination);
    }
}
