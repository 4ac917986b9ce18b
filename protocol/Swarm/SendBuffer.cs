namespace Peercast.Protocol.Swarm;

/// <summary>What waits in one neighbor's data channel: at most two chunks, so that what to send next is decided late.</summary>
internal sealed class SendBuffer
{
    private const int MaxChunks = 2;

    private readonly Queue<long> _chunkEnds = new(MaxChunks + 1);
    private long _sent;
    private long _drained;

    /// <summary>Another chunk may go in.</summary>
    public bool HasRoom => _chunkEnds.Count < MaxChunks;

    /// <summary>Bytes that wait.</summary>
    public long Waiting => _sent - _drained;

    /// <summary>A whole chunk went in.</summary>
    /// <param name="bytes">With the headers of its fragments.</param>
    public void Sent(long bytes)
    {
        _sent += bytes;
        _chunkEnds.Enqueue(_sent);
    }

    /// <summary>Takes the driver's account of what waits in.</summary>
    /// <returns>Bytes that have left since the last time.</returns>
    public long Report(long waiting)
    {
        long drained = Math.Clamp(_sent - waiting, _drained, _sent);
        long left = drained - _drained;
        _drained = drained;
        while (_chunkEnds.TryPeek(out long end) && end <= _drained)
        {
            _chunkEnds.Dequeue();
        }

        return left;
    }
}
