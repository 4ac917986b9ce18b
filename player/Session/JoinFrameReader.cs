using System.Buffers.Binary;
using Peercast.Protocol.Chunks;

namespace Peercast.Player.Session;

/// <summary>
/// Reads the frames of the origin's join reply: a kind (1 byte), a length (4 bytes, big-endian) and that many bytes;
/// see origin/HTTP.md, section "Join".
/// </summary>
internal sealed class JoinFrameReader(Stream stream)
{
    /// <summary>Init segments are a few kilobytes; nothing honest comes near this.</summary>
    private const int MaxFrameLength = 1 << 20;

    private readonly byte[] _header = new byte[5];

    /// <summary>The next frame, or <see langword="null"/> at the end.</summary>
    /// <exception cref="InvalidDataException">The reply is malformed or ends inside a frame.</exception>
    public async ValueTask<JoinFrame?> ReadAsync(CancellationToken cancellation)
    {
        int read = await stream.ReadAtLeastAsync(_header, _header.Length, throwOnEndOfStream: false, cancellation).ConfigureAwait(false);
        if (read == 0)
        {
            return null;
        }

        uint length = BinaryPrimitives.ReadUInt32BigEndian(_header.AsSpan(1));
        if (read < _header.Length || length > MaxFrameLength)
        {
            throw new InvalidDataException("The origin's join reply is malformed.");
        }

        byte[] payload = new byte[length];
        await stream.ReadExactlyAsync(payload, cancellation).ConfigureAwait(false);
        int number = _header[0] switch { 1 => 4, 3 => 8, _ => 0 };
        if (payload.Length < number || payload.Length - number > Math.Max(ChunkInfo.MaxLength, MaxFrameLength - 8))
        {
            throw new InvalidDataException("The origin's join reply is malformed.");
        }

        long id = number switch
        {
            4 => BinaryPrimitives.ReadUInt32BigEndian(payload),
            8 => BinaryPrimitives.ReadInt64BigEndian(payload),
            _ => 0,
        };
        return new JoinFrame((JoinFrameKind)_header[0], id, payload.AsMemory(number));
    }
}

/// <summary>One frame of the join reply.</summary>
/// <param name="Kind">What the payload is.</param>
/// <param name="Id">The init segment's index or the chunk's id; 0 for a batch.</param>
/// <param name="Payload">The bytes; nobody else writes to them.</param>
internal readonly record struct JoinFrame(JoinFrameKind Kind, long Id, ReadOnlyMemory<byte> Payload);

/// <summary>What a frame of the join reply holds. Unknown kinds are passed over.</summary>
internal enum JoinFrameKind : byte
{
    /// <summary>An init segment.</summary>
    Init = 1,

    /// <summary>A signed manifest batch.</summary>
    Batch = 2,

    /// <summary>A chunk.</summary>
    Chunk = 3,
}
