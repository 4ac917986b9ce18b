using System.Net;
using System.Net.Sockets;
using Peercast.WebRtc.Driver;

namespace Peercast.NatLab;

/// <summary>The network of one machine of the lab. The system tells of addresses by the thread that asks, but of routes by the process: the router is the first address.</summary>
internal sealed class LabNetwork : ILocalNetwork
{
    public event Action? Changed { add { } remove { } }

    public IReadOnlyList<IPAddress> FindAddresses() => LocalAddresses.Find(includeLoopback: false, includeIPv6: false, most: 16);

    /// <summary>Waits until the machine's interface is up, which the system finds out some time after it was told to bring it up.</summary>
    /// <exception cref="LabException">It does not come up.</exception>
    public LabNetwork AwaitAddress() => SpinWait.SpinUntil(() => !FindAddresses().All(IPAddress.IsLoopback), TimeSpan.FromSeconds(10))
        ? this
        : throw new LabException("An interface of the lab does not come up.");

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
