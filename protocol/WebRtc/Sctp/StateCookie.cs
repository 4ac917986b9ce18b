using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Peercast.WebRtc.Sctp;

/// <summary>
/// The state cookie (RFC 9260, section 5.1.3): all that the receiver of INIT must remember, kept by its sender and
/// signed with a secret of ours. The tie-tags let a restarted peer be told from a stranger (section 5.2.2).
/// </summary>
internal sealed record StateCookie(AssociationParameters Parameters, TimeSpan CreatedAt, uint LocalTieTag, uint PeerTieTag)
{
    private const int PlainSize = 41;
    private const int Size = PlainSize + HMACSHA256.HashSizeInBytes;

    public byte[] Encode(ReadOnlySpan<byte> secret)
    {
        var cookie = new byte[Size];
        var span = cookie.AsSpan();
        BinaryPrimitives.WriteInt64BigEndian(span, CreatedAt.Ticks);
        BinaryPrimitives.WriteUInt32BigEndian(span[8..], Parameters.LocalTag);
        BinaryPrimitives.WriteUInt32BigEndian(span[12..], Parameters.PeerTag);
        BinaryPrimitives.WriteUInt32BigEndian(span[16..], Parameters.LocalInitialTsn);
        BinaryPrimitives.WriteUInt32BigEndian(span[20..], Parameters.PeerInitialTsn);
        BinaryPrimitives.WriteUInt32BigEndian(span[24..], Parameters.PeerWindow);
        BinaryPrimitives.WriteUInt16BigEndian(span[28..], Parameters.OutboundStreams);
        BinaryPrimitives.WriteUInt16BigEndian(span[30..], Parameters.InboundStreams);
        BinaryPrimitives.WriteUInt32BigEndian(span[32..], LocalTieTag);
        BinaryPrimitives.WriteUInt32BigEndian(span[36..], PeerTieTag);
        span[40] = (byte)((Parameters.PeerSupportsForwardTsn ? 1 : 0) | (Parameters.PeerSupportsReconfig ? 2 : 0));
        HMACSHA256.HashData(secret, span[..PlainSize], span[PlainSize..]);
        return cookie;
    }

    /// <summary>Reads a cookie; <see langword="null"/> when we did not sign it.</summary>
    public static StateCookie? Decode(ReadOnlySpan<byte> cookie, ReadOnlySpan<byte> secret)
    {
        if (cookie.Length != Size)
            return null;
        Span<byte> expected = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(secret, cookie[..PlainSize], expected);
        if (!CryptographicOperations.FixedTimeEquals(expected, cookie[PlainSize..]))
            return null;
        var parameters = new AssociationParameters
        {
            LocalTag = BinaryPrimitives.ReadUInt32BigEndian(cookie[8..]),
            PeerTag = BinaryPrimitives.ReadUInt32BigEndian(cookie[12..]),
            LocalInitialTsn = BinaryPrimitives.ReadUInt32BigEndian(cookie[16..]),
            PeerInitialTsn = BinaryPrimitives.ReadUInt32BigEndian(cookie[20..]),
            PeerWindow = BinaryPrimitives.ReadUInt32BigEndian(cookie[24..]),
            OutboundStreams = BinaryPrimitives.ReadUInt16BigEndian(cookie[28..]),
            InboundStreams = BinaryPrimitives.ReadUInt16BigEndian(cookie[30..]),
            PeerSupportsForwardTsn = (cookie[40] & 1) != 0,
            PeerSupportsReconfig = (cookie[40] & 2) != 0,
        };
        return new StateCookie(
            parameters,
            TimeSpan.FromTicks(BinaryPrimitives.ReadInt64BigEndian(cookie)),
            BinaryPrimitives.ReadUInt32BigEndian(cookie[32..]),
            BinaryPrimitives.ReadUInt32BigEndian(cookie[36..]));
    }
}
