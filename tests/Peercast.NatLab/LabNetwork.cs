using System.Net;
using System.Net.Sockets;
using Peercast.WebRtc.Driver;

namespace Peercast.NatLab;

/// <summary>The network of one machine of the lab. The system tells of addresses by the thread that asks, but of routes by the process: the router is the first address.</summary>
internal sealed class LabNetwork : ILocalNetwork
{
    public event Action? Changed { add { } remove { } }

    public IReadOnlyList<IPAddress> FindAddresses() => LocalAddresses.Find(includeLoopback: false, includeIPv6: false, most: 16);

    public IPEndPoint? FindGateway(IPAddress local)
    {
        byte[] octets = local.GetAddressBytes();
        octets[3] = 1;
        return local.AddressFamily == AddressFamily.InterNetwork ? new IPEndPoint(new IPAddress(octets), 5351) : null;
    }

    public void Dispose()
    {
    }
}
