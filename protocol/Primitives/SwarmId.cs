using System.Text;

namespace Peercast.Protocol.Primitives;

/// <summary>
/// Names the swarm of one rendition of one channel: SHA-256 over a prefix, the channel's key fingerprint and the
/// rendition's name, so that nobody can put up a swarm for a channel whose key he does not hold.
/// </summary>
public readonly record struct SwarmId(Hash256 Value)
{
    /// <summary>Derives the id.</summary>
    /// <param name="channelFingerprint">SHA-256 of the channel's public key (SubjectPublicKeyInfo, DER).</param>
    /// <param name="rendition">The rendition's name, at most 64 bytes of UTF-8.</param>
    public static SwarmId Derive(Hash256 channelFingerprint, string rendition)
    {
        ReadOnlySpan<byte> prefix = "peercast swarm 1\0"u8;
        byte[] name = Encoding.UTF8.GetBytes(rendition);
        byte[] input = new byte[prefix.Length + Hash256.Size + name.Length];
        prefix.CopyTo(input);
        channelFingerprint.CopyTo(input.AsSpan(prefix.Length));
        name.CopyTo(input, prefix.Length + Hash256.Size);
        return new SwarmId(Hash256.Of(input));
    }

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}
