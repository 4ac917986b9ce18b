using System.Net;

namespace Peercast.WebRtc.Ice;

/// <summary>Datagrams that wait for the driver. A driver that does not come loses the newest: to the peer that is one more lost packet.</summary>
internal sealed class IceOutbox
{
    private const int MaxDatagrams = 128;
    private readonly Queue<(byte[] Bytes, IPEndPoint LocalBase, IPEndPoint Remote)> _queue = new();

    public void Add(byte[] datagram, IPEndPoint localBase, IPEndPoint remote)
    {
        if (_queue.Count < MaxDatagrams)
            _queue.Enqueue((datagram, localBase, remote));
    }

    public bool TryTake(Span<byte> destination, out int length, out IPEndPoint? localBase, out IPEndPoint? remote)
    {
        length = 0;
        localBase = null;
        remote = null;
        if (!_queue.TryPeek(out (byte[] Bytes, IPEndPoint LocalBase, IPEndPoint Remote) next))
            return false;
        if (destination.Length < next.Bytes.Length)
            throw new ArgumentException($"The buffer must hold {IceAgent.MaxDatagramLength} bytes.", nameof(destination));
        _queue.Dequeue();
        next.Bytes.CopyTo(destination);
        (length, localBase, remote) = (next.Bytes.Length, next.LocalBase, next.Remote);
        return true;
    }

    public void Clear() => _queue.Clear();
}
