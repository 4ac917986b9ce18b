using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Peercast.EndToEnd.Tests;

/// <summary>A port of the loopback, TCP and UDP, that another program has: this one.</summary>
internal sealed class TakenPort : IDisposable
{
    private readonly Socket _tcp = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Socket _udp = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);

    public TakenPort()
    {
        _tcp.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _tcp.Listen();
        _udp.Bind(_tcp.LocalEndPoint!);
    }

    /// <summary>Its number.</summary>
    public string Number => ((IPEndPoint)_tcp.LocalEndPoint!).Port.ToString(CultureInfo.InvariantCulture);

    public void Dispose()
    {
        _tcp.Dispose();
        _udp.Dispose();
    }
}
