using System.Net;
using System.Net.Sockets;
using Peercast.WebRtc.Stun;

namespace Peercast.NatLab;

/// <summary>The origin's STUN responder, on a socket of its own.</summary>
internal static class StunServer
{
    /// <summary>Answers until the process ends.</summary>
    public static IPEndPoint Start(NetworkNamespace machine) => machine.Run(() =>
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Parse(Lab.Server), 3478));
        new Thread(() => Serve(socket)) { IsBackground = true }.Start();
        return (IPEndPoint)socket.LocalEndPoint!;
    });

    private static void Serve(Socket socket)
    {
        byte[] request = new byte[2048], response = new byte[StunBindingServer.MaxResponseLength];
        while (true)
        {
            EndPoint from = new IPEndPoint(IPAddress.Any, 0);
            int received = socket.ReceiveFrom(request, ref from);
            if (StunBindingServer.TryRespond(request.AsSpan(0, received), (IPEndPoint)from, response, out int length))
            {
                socket.SendTo(response.AsSpan(0, length), from);
            }
        }
    }
}
