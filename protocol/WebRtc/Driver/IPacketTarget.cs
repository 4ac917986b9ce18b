using System.Net;

namespace Peercast.WebRtc.Driver;

/// <summary>A connection, as the demultiplexer sees it. Called on the thread of the socket.</summary>
internal interface IPacketTarget
{
    /// <summary>A STUN message for this connection, not yet authenticated.</summary>
    void StunReceived(DatagramSocket socket, SocketAddress source, ReadOnlySpan<byte> datagram);

    /// <summary>Datagrams of DTLS records from one address that talks to this connection.</summary>
    /// <param name="batch">Holds them.</param>
    /// <param name="first">The first of them.</param>
    /// <param name="end">The one behind the last.</param>
    void DtlsReceived(ReceivedBatch batch, int first, int end);

    /// <summary>
    /// Another connection has begun to use the address that this one talks to. DTLS datagrams cannot be told apart then, so
    /// the newer connection wins: its peer has just shown that it wants it.
    /// </summary>
    void PathTaken();
}
