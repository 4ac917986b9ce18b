using System.Buffers.Binary;

namespace Peercast.Origin.Rtmp;

/// <summary>
/// Writes an FLV file to a stream, Adobe FLV specification 10.1, annex E. Times begin at 0 and go on where they were when
/// the publisher's clock is set or begins anew: ffmpeg would take such a jump for a pause, or for times that it must mend.
/// </summary>
internal sealed class FlvWriter(Stream output)
{
    // Milliseconds. More is no pause and no jitter but another clock. Forward is measured from the newer of both media, for
    // one of them may rest while the other goes on; backward from its own, for one may be delivered far behind the other.
    private const long Forward = 10_000;
    private const long Backward = 2_000;

    // A medium's first tag may be so much older than the other's.
    private const long Earlier = 60_000;

    // A picture's usual time: pictures that are shown out of order keep to their side of the seam.
    private const long Seam = 40;

    private readonly byte[] _head = new byte[FlvTag.HeaderLength];
    private readonly byte[] _tail = new byte[4];
    private readonly MediumClock _audio = new();
    private readonly MediumClock _video = new();

    /// <summary>Writes the file header.</summary>
    public ValueTask WriteHeaderAsync(bool hasAudio, CancellationToken cancellation)
    {
        byte flags = hasAudio ? (byte)5 : (byte)1;
        return output.WriteAsync(new byte[] { (byte)'F', (byte)'L', (byte)'V', 1, flags, 0, 0, 0, 9, 0, 0, 0, 0 }, cancellation);
    }

    /// <summary>Writes a tag at the beginning of time, as headers are.</summary>
    public ValueTask WriteFirstAsync(FlvTag tag, CancellationToken cancellation) => WriteAsync(tag, 0, cancellation);

    /// <summary>Writes a tag.</summary>
    public ValueTask WriteAsync(FlvTag tag, CancellationToken cancellation) => WriteAsync(tag, Place(tag), cancellation);

    /// <returns>Its time in the file.</returns>
    private uint Place(FlvTag tag)
    {
        (MediumClock own, MediumClock other) = tag.Type == RtmpMessageType.Audio ? (_audio, _video) : (_video, _audio);
        long newest = Math.Max(own.Last ?? 0, other.Last ?? 0);
        long oldest = own.Last - Backward ?? -Earlier;

        // In 64 bits, from where the file is: the publisher's clock wraps after 49 days, or at once if it begins late.
        long TimeBy(uint zero) => newest + unchecked((int)(tag.Timestamp - zero - (uint)newest));
        bool Continues(uint zero) => TimeBy(zero) is var at && at >= oldest && at <= newest + Forward;

        uint? zero = own.Zero ?? other.Zero;
        if (zero is not { } known)
        {
            zero = tag.Timestamp;
        }
        else if (!Continues(known))
        {
            // The media jump one after the other, and belong together after that as they did before.
            zero = other.Zero is { } others && Continues(others) ? others : unchecked(tag.Timestamp - (uint)(newest + Seam));
        }

        own.Zero = zero;
        long time = TimeBy(zero.Value);
        own.Last = Math.Max(own.Last ?? time, time);
        return (uint)Math.Max(0, time);
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

    private sealed class MediumClock
    {
        /// <summary>What the publisher's clock showed, or would have shown, at the file's beginning.</summary>
        public uint? Zero { get; set; }

        /// <summary>The newest time written.</summary>
        public long? Last { get; set; }
    }
}
