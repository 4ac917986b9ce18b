using System.Buffers.Binary;

namespace Peercast.Origin.Rtmp;

/// <summary>Writes an FLV file to a stream, Adobe FLV specification 10.1, annex E. Times begin at 0.</summary>
internal sealed class FlvWriter(Stream output)
{
    // A tag of the other medium may be a little older than the first one; anything further back is a wrapped clock.
    private const uint Earlier = uint.MaxValue - 60_000;

    private readonly byte[] _head = new byte[FlvTag.HeaderLength];
    private readonly byte[] _tail = new byte[4];
    private uint? _base;

    /// <summary>Writes the file header.</summary>
    public ValueTask WriteHeaderAsync(bool hasAudio, CancellationToken cancellation)
    {
        byte flags = hasAudio ? (byte)5 : (byte)1;
        return output.WriteAsync(new byte[] { (byte)'F', (byte)'L', (byte)'V', 1, flags, 0, 0, 0, 9, 0, 0, 0, 0 }, cancellation);
    }

    /// <summary>Writes a tag at the beginning of time, as headers are.</summary>
    public ValueTask WriteFirstAsync(FlvTag tag, CancellationToken cancellation) => WriteAsync(tag, 0, cancellation);

    /// <summary>Writes a tag.</summary>
    public ValueTask WriteAsync(FlvTag tag, CancellationToken cancellation)
    {
        _base ??= tag.Timestamp;
        uint time = tag.Timestamp - _base.Value;
        return WriteAsync(tag, time > Earlier ? 0 : time, cancellation);
    }

    private async ValueTask WriteAsync(FlvTag tag, uint time, CancellationToken cancellation)
    {
        int length = tag.Body.Length;
        _head[0] = (byte)tag.Type;
        _head[1] = (byte)(length >> 16);
        _head[2] = (byte)(length >> 8);
        _head[3] = (byte)length;
        _head[4] = (byte)(time >> 16);
        _head[5] = (byte)(time >> 8);
        _head[6] = (byte)time;
        _head[7] = (byte)(time >> 24);
        BinaryPrimitives.WriteInt32BigEndian(_tail, FlvTag.HeaderLength + length);
        await output.WriteAsync(_head, cancellation);
        await output.WriteAsync(tag.Body, cancellation);
        await output.WriteAsync(_tail, cancellation);
    }
}
