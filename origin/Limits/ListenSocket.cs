using System.Net;
using System.Net.Sockets;

namespace Peercast.Origin.Limits;

/// <summary>The socket of a listener of ours; where a port cannot be opened, one line that names the option to change.</summary>
internal static class ListenSocket
{
    private const int Backlog = 128;

    /// <summary>Binds a socket, and listens where that is TCP; the any address of IPv6 takes IPv4 as well.</summary>
    /// <param name="endPoint">Where it should listen.</param>
    /// <param name="type">Stream for TCP, datagram for UDP.</param>
    /// <param name="what">The listener's name for people.</param>
    /// <param name="option">Its port's option.</param>
    /// <exception cref="OriginStartException">The port cannot be had.</exception>
    public static Socket Bind(IPEndPoint endPoint, SocketType type, string what, string option)
    {
        var socket = new Socket(endPoint.AddressFamily, type, type == SocketType.Stream ? ProtocolType.Tcp : ProtocolType.Udp);
        try
        {
            if (endPoint.AddressFamily == AddressFamily.InterNetworkV6)
            {
                socket.DualMode = endPoint.Address.Equals(IPAddress.IPv6Any);
            }

            // No ReuseAddress: .NET sees to TIME-WAIT itself, and the option would let two origins share the port.
            socket.Bind(endPoint);
            if (type == SocketType.Stream)
            {
                // Here, because two that only bind do not collide yet.
                socket.Listen(Backlog);
            }

            return socket;
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw Fault(what, option, endPoint, e);
        }
    }

    private static OriginStartException Fault(string what, string option, IPEndPoint endPoint, SocketException fault)
    {
        string reason = fault.SocketErrorCode switch
        {
            SocketError.AddressAlreadyInUse => $"port {endPoint.Port} is taken by another program. Stop that one, or set Peercast:{option} to another port (0 turns {what} off).",
            SocketError.AccessDenied => $"port {endPoint.Port} may not be opened by this user. Set Peercast:{option} to a port above 1023.",
            SocketError.AddressNotAvailable => $"this machine has no address {endPoint.Address}. Set Peercast:Listen to one of its own.",
            _ => $"{endPoint} cannot be opened ({fault.Message}). See Peercast:Listen and Peercast:{option}.",
        };
        return new OriginStartException($"{what}: {reason}", fault);
    }
}
