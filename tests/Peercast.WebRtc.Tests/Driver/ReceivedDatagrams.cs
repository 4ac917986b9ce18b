using System.Net;
using System.Net.Sockets;
using Peercast.WebRtc.Driver;

namespace Peercast.WebRtc.Tests.Driver;

/// <summary>Datagrams as if a socket had read them together.</summary>
internal static class ReceivedDatagrams
{
    // A batch is large, and some tests send hundred thousands.
    [ThreadStatic]
    private static (int Socket, AddressFamily Family, ReceivedBatch Batch)? _last;

    public static void DatagramsReceived(this Demultiplexer demultiplexer, DatagramSocket socket, SocketAddress source, params byte[][] datagrams)
    {
        if (_last is not { } last || last.Socket != socket.Number || last.Family != source.Family)
        {
            _last = last = (socket.Number, source.Family, new ReceivedBatch(socket.Number, source.Family));
        }

        ReceivedBatch batch = last.Batch;
        batch.Clear();
        foreach (byte[] datagram in datagrams)
        {
            datagram.CopyTo(batch.Room);
            source.Buffer[..source.Size].CopyTo(batch.NextSource.Buffer);
            batch.NextSource.Size = source.Size;
            batch.Commit(datagram.Length, datagram.Length);
        }

        demultiplexer.DatagramsReceived(socket, batch);
    }
}
