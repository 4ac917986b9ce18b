using System.Net;

namespace Peercast.WebRtc.Driver;

/// <summary>Takes what a socket receives.</summary>
internal interface IDatagramReceiver
{
    /// <summary>One datagram. Called on the socket's thread; address and bytes are the callee's only until it returns.</summary>
    void DatagramReceived(DatagramSocket socket, SocketAddress source, ReadOnlySpan<byte> datagram);
}
