using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Peercast.WebRtc.Driver;

/// <summary>A network to ask for names.</summary>
/// <param name="IPv4">An IPv4 address of ours on it; <see langword="null"/> for none.</param>
/// <param name="IPv6Index">The interface's index for IPv6; <see langword="null"/> where it has no IPv6.</param>
internal sealed record MdnsInterface(IPAddress? IPv4, int? IPv6Index)
{
    /// <summary>The interfaces that are up and know multicast.</summary>
    public static IReadOnlyList<MdnsInterface> FindAll()
    {
        var found = new List<MdnsInterface>();
        foreach (NetworkInterface network in LocalAddresses.Interfaces())
        {
            if (!network.SupportsMulticast || network.NetworkInterfaceType == NetworkInterfaceType.Loopback)
            {
                continue;
            }

            IPInterfaceProperties properties = network.GetIPProperties();
            IPAddress? address = properties.UnicastAddresses
                .Select(unicast => unicast.Address)
                .FirstOrDefault(candidate => candidate.AddressFamily == AddressFamily.InterNetwork);
            int? index = network.Supports(NetworkInterfaceComponent.IPv6) ? properties.GetIPv6Properties()?.Index : null;
            if (address is not null || index is not null)
            {
                found.Add(new MdnsInterface(address, index));
            }
        }

        return found;
    }
}
