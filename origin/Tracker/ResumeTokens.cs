using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Peercast.Protocol.Primitives;

namespace Peercast.Origin.Tracker;

/// <summary>
/// Resume tokens: the peer id and an HMAC-SHA256 over it and the swarm, so that a viewer keeps its id over a lost
/// connection and nobody can take another's, and the tracker remembers nothing.
/// </summary>
internal sealed class ResumeTokens
{
    private const int MacLength = 16;
    private readonly byte[] _key;
    private readonly SwarmId _swarm;

    /// <param name="secret">Only the tracker knows it; at least 16 bytes. The same over restarts where ids shall survive them.</param>
    /// <param name="swarm">The swarm the tokens are good for.</param>
    public ResumeTokens(ReadOnlySpan<byte> secret, SwarmId swarm)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(secret.Length, 16, nameof(secret));
        _key = secret.ToArray();
        _swarm = swarm;
    }

    /// <summary>The token of <paramref name="peer"/>: 16 and 32 hexadecimal digits with a dot between them.</summary>
    public string Create(PeerId peer)
    {
        Span<byte> mac = stackalloc byte[MacLength];
        Mac(peer, mac);
        return $"{peer}.{Convert.ToHexStringLower(mac)}";
    }

    /// <summary>Reads a token; <c>false</c> unless it was made with the same secret for the same swarm.</summary>
    public bool TryRead(string? token, out PeerId peer)
    {
        peer = default;
        if (token is not { Length: 16 + 1 + (2 * MacLength) } || token[16] != '.' || !PeerId.TryParse(token[..16], out PeerId claimed))
        {
            return false;
        }

        Span<byte> given = stackalloc byte[MacLength];
        Span<byte> expected = stackalloc byte[MacLength];
        if (Convert.FromHexString(token.AsSpan(17), given, out _, out _) != System.Buffers.OperationStatus.Done)
        {
            return false;
        }

        Mac(claimed, expected);
        if (!CryptographicOperations.FixedTimeEquals(given, expected))
        {
            return false;
        }

        peer = claimed;
        return true;
    }

    private void Mac(PeerId peer, Span<byte> destination)
    {
        ReadOnlySpan<byte> prefix = "peercast resume 1\0"u8;
        Span<byte> input = stackalloc byte[prefix.Length + Hash256.Size + 8];
        prefix.CopyTo(input);
        _swarm.Value.CopyTo(input[prefix.Length..]);
        BinaryPrimitives.WriteUInt64BigEndian(input[(prefix.Length + Hash256.Size)..], peer.Value);
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key, input, mac);
        mac[..MacLength].CopyTo(destination);
    }
}
