using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Peercast.Protocol.Primitives;

namespace Peercast.Protocol.Chunks;

/// <summary>
/// Manifest batches to bytes and back; the byte table is in WIRE.md, section "Manifest batch". All integers are
/// big-endian. The last 64 bytes are the ECDSA P-256 signature (r and s, IEEE P1363) over all bytes before them.
/// </summary>
public static class ManifestCodec
{
    /// <summary>Bytes of the signature.</summary>
    public const int SignatureLength = 64;

    private const byte Version = 1;
    private const int MaxRenditionBytes = 64;
    private const int ChunkEntryLength = 60;
    private const int FixedHeaderLength = 1 + Hash256.Size + 1 + 4 + 4 + Hash256.Size + 8 + 8 + 8 + 8 + 1;

    /// <summary>No id and no time of an honest origin comes near this; sums of two stay within 64 bits.</summary>
    private const long Limit = 1L << 60;

    /// <summary>Encodes and signs.</summary>
    /// <exception cref="ArgumentException">The batch is empty, too large, or its name is too long.</exception>
    public static SignedBatch Sign(ManifestBatch batch, ECDsa key)
    {
        byte[] name = Encoding.UTF8.GetBytes(batch.Rendition);
        if (batch.Chunks.Length is 0 or > ManifestBatch.MaxChunks || name.Length is 0 or > MaxRenditionBytes)
        {
            throw new ArgumentException("A batch holds 1 to 64 chunks and a rendition name of 1 to 64 bytes.", nameof(batch));
        }

        int bodyLength = FixedHeaderLength + name.Length + (batch.Chunks.Length * ChunkEntryLength);
        byte[] encoded = new byte[bodyLength + SignatureLength];
        Encode(batch, name, encoded);
        key.SignData(
            encoded.AsSpan(0, bodyLength), encoded.AsSpan(bodyLength), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        return new SignedBatch(batch, encoded);
    }

    /// <summary>
    /// Decodes without checking the signature: see <see cref="ManifestVerifier"/>. Never throws; what does not hold
    /// together is refused.
    /// </summary>
    public static bool TryDecode(ReadOnlySpan<byte> encoded, out ManifestBatch? batch)
    {
        batch = null;
        if (encoded.Length is < FixedHeaderLength + 1 + ChunkEntryLength + SignatureLength or > ManifestBatch.MaxEncodedLength
            || encoded[0] != Version)
        {
            return false;
        }

        int count = encoded[FixedHeaderLength - 1];
        var reader = new Reader(encoded[1..^SignatureLength]);
        var fingerprint = new Hash256(reader.Take(Hash256.Size));
        int nameLength = reader.Take(1)[0];
        if (nameLength is 0 or > MaxRenditionBytes
            || count is 0 or > ManifestBatch.MaxChunks
            || encoded.Length != FixedHeaderLength + nameLength + (count * ChunkEntryLength) + SignatureLength)
        {
            return false;
        }

        int epoch = reader.Int32();
        int initIndex = reader.Int32();
        var initHash = new Hash256(reader.Take(Hash256.Size));
        long first = reader.Int64();
        long wallClock = reader.Int64();
        long segment = reader.Int64();
        long time = reader.Int64();
        reader.Take(1);
        string rendition = Encoding.UTF8.GetString(reader.Take(nameLength));
        if (epoch < 0 || initIndex < 0 || first is < 0 or > Limit || wallClock is < 0 or > Limit
            || segment is < 0 or > Limit || time is < -Limit or > Limit)
        {
            return false;
        }

        var chunks = ImmutableArray.CreateBuilder<ChunkInfo>(count);
        for (int i = 0; i < count; i++)
        {
            if (!TryReadChunk(ref reader, new ChunkId(first + i), segment, time, out ChunkInfo chunk))
            {
                return false;
            }

            chunks.Add(chunk);
        }

        batch = new ManifestBatch(
            fingerprint, rendition, epoch, initIndex, initHash, new ChunkId(first), wallClock, chunks.MoveToImmutable());
        return true;
    }

    /// <summary>Reads the first chunk's id without looking at the rest.</summary>
    internal static bool TryPeekFirstChunk(ReadOnlySpan<byte> encoded, out ChunkId first)
    {
        const int Offset = 1 + Hash256.Size + 1 + 4 + 4 + Hash256.Size;
        first = default;
        if (encoded.Length < FixedHeaderLength || encoded[0] != Version)
        {
            return false;
        }

        first = new ChunkId(BinaryPrimitives.ReadInt64BigEndian(encoded[Offset..]));
        return first.Value is >= 0 and <= Limit;
    }

    private static void Encode(ManifestBatch batch, byte[] name, byte[] encoded)
    {
        long segment = batch.Chunks[0].Segment;
        long time = batch.Chunks[0].PresentationTime.Microseconds;
        var writer = new Writer(encoded);
        writer.Take(1)[0] = Version;
        batch.ChannelFingerprint.CopyTo(writer.Take(Hash256.Size));
        writer.Take(1)[0] = (byte)name.Length;
        writer.Int32(batch.Epoch);
        writer.Int32(batch.InitIndex);
        batch.InitHash.CopyTo(writer.Take(Hash256.Size));
        writer.Int64(batch.FirstChunk.Value);
        writer.Int64(batch.WallClock);
        writer.Int64(segment);
        writer.Int64(time);
        writer.Take(1)[0] = (byte)batch.Chunks.Length;
        name.CopyTo(writer.Take(name.Length));
        foreach (ChunkInfo chunk in batch.Chunks)
        {
            BinaryPrimitives.WriteUInt16BigEndian(writer.Take(2), checked((ushort)(chunk.Segment - segment)));
            BinaryPrimitives.WriteUInt16BigEndian(writer.Take(2), checked((ushort)chunk.Part));
            writer.Int32(chunk.Offset);
            writer.Int32(chunk.Length);
            writer.Int64(chunk.PresentationTime.Microseconds - time);
            writer.Int32(checked((int)chunk.Duration.Microseconds));
            writer.Int32((int)chunk.Flags);
            chunk.Hash.CopyTo(writer.Take(Hash256.Size));
        }
    }

    private static bool TryReadChunk(ref Reader reader, ChunkId id, long segment, long time, out ChunkInfo chunk)
    {
        long chunkSegment = segment + BinaryPrimitives.ReadUInt16BigEndian(reader.Take(2));
        int part = BinaryPrimitives.ReadUInt16BigEndian(reader.Take(2));
        int offset = reader.Int32();
        int length = reader.Int32();
        long relativeTime = reader.Int64();
        int duration = reader.Int32();
        var flags = (ChunkFlags)reader.Int32();
        var hash = new Hash256(reader.Take(Hash256.Size));
        chunk = default;
        if (offset < 0 || length is < 1 or > ChunkInfo.MaxLength || duration < 0 || relativeTime is < -Limit or > Limit)
        {
            return false;
        }

        chunk = new ChunkInfo(
            id, chunkSegment, part, offset, length, new MediaTime(time + relativeTime), new MediaTime(duration), flags, hash);
        return true;
    }

    private ref struct Reader(ReadOnlySpan<byte> rest)
    {
        private ReadOnlySpan<byte> _rest = rest;

        public ReadOnlySpan<byte> Take(int count)
        {
            ReadOnlySpan<byte> taken = _rest[..count];
            _rest = _rest[count..];
            return taken;
        }

        public int Int32() => BinaryPrimitives.ReadInt32BigEndian(Take(4));

        public long Int64() => BinaryPrimitives.ReadInt64BigEndian(Take(8));
    }

    private ref struct Writer(Span<byte> rest)
    {
        private Span<byte> _rest = rest;

        public Span<byte> Take(int count)
        {
            Span<byte> taken = _rest[..count];
            _rest = _rest[count..];
            return taken;
        }

        public void Int32(int value) => BinaryPrimitives.WriteInt32BigEndian(Take(4), value);

        public void Int64(long value) => BinaryPrimitives.WriteInt64BigEndian(Take(8), value);
    }
}
