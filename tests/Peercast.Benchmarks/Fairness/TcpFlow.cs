using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Peercast.Benchmarks.Fairness;

/// <summary>A flow of the kernel's TCP with CUBIC, the most common traffic on any household's line.</summary>
internal static class TcpFlow
{
    private const int TcpLevel = 6;
    private const int CongestionOption = 13;
    private const int BufferLength = 64 * 1024;

    /// <summary>Takes one connection and all that comes on it.</summary>
    public static async Task ReceiveAsync(IPEndPoint at)
    {
        using var listener = new TcpListener(at);
        listener.Start();
        using Socket socket = await listener.AcceptSocketAsync();
        byte[] buffer = new byte[BufferLength];
        while (await socket.ReceiveAsync(buffer) > 0)
        {
        }
    }

    /// <summary>Connects and sends until the token ends it.</summary>
    public static async Task SendAsync(IPEndPoint to, CancellationToken cancellation)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.SetRawSocketOption(TcpLevel, CongestionOption, Encoding.ASCII.GetBytes("cubic"));
        await socket.ConnectAsync(to, cancellation);
        byte[] buffer = new byte[BufferLength];
        while (!cancellation.IsCancellationRequested)
        {
            await socket.SendAsync(buffer, cancellation);
        }
    }
}
