namespace Peercast.WebRtc.Driver;

/// <summary>Datagrams on their way to one address in one call: all of one length, the last perhaps shorter.</summary>
internal sealed class SendBatch
{
    // The most that one UDP packet could hold is the most that the system takes in one call (RFC 768, RFC 791), and no more
    // than UDP_MAX_SEGMENTS datagrams.
    private const int MaxBytes = ushort.MaxValue - 60 - 8;
    private const int MaxSegments = 64;

    private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(MaxBytes, pinned: true);
    private int _length;
    private bool _isClosed;

    /// <summary>How many.</summary>
    public int Count { get; private set; }

    /// <summary>The length of each but the last.</summary>
    public int SegmentLength { get; private set; }

    /// <summary>One behind the other.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    /// <summary>Adds one.</summary>
    /// <returns><see langword="false"/> when it cannot go with the others. An empty batch takes any that fits a UDP packet.</returns>
    public bool TryAdd(ReadOnlySpan<byte> datagram)
    {
        if (_isClosed
            || Count == MaxSegments
            || _length + datagram.Length > MaxBytes
            || (Count > 0 && datagram.Length > SegmentLength))
        {
            return false;
        }

        if (Count++ == 0)
        {
            SegmentLength = datagram.Length;
        }

        datagram.CopyTo(_bytes.AsSpan(_length));
        _length += datagram.Length;
        _isClosed = datagram.Length < SegmentLength;
        return true;
    }

    /// <summary>Forgets them.</summary>
    public void Clear()
    {
        (Count, SegmentLength, _length) = (0, 0, 0);
        _isClosed = false;
    }
}
