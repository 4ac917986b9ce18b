using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Peercast.WebRtc.Driver;

/// <summary>The addresses of this machine that are worth a host candidate (RFC 8445 section 5.1.1.1).</summary>
internal static class LocalAddresses
{
    /// <summary>
    /// Addresses of the interfaces that are up, those with a default route first; link-local and transition ones are left
    /// out. Where there is nothing else, the loopback addresses.
    /// </summary>
    /// <param name="includeLoopback">Loopback addresses as well, after the others.</param>
    /// <param name="includeIPv6">IPv6 addresses as well.</param>
    /// <param name="most">How many at most.</param>
    public static IReadOnlyList<IPAddress> Find(bool includeLoopback, bool includeIPv6, int most)
    {
        var found = new List<(int Rank, IPAddress Address)>();
        var loopback = new List<IPAddress>();
        foreach (NetworkInterface network in Interfaces())
        {
            IPInterfaceProperties properties = network.GetIPProperties();
            foreach (IPAddress address in properties.UnicastAddresses.Select(unicast => unicast.Address))
            {
                if (!IsUsable(address, includeIPv6))
                {
                    continue;
                }

                if (IPAddress.IsLoopback(address))
                {
                    loopback.Add(address);
                }
                else
                {
                    bool routed = properties.GatewayAddresses.Any(gateway => gateway.Address.AddressFamily == address.AddressFamily);
                    found.Add(((routed ? 0 : 2) + (address.AddressFamily == AddressFamily.InterNetwork ? 0 : 1), address));
                }
            }
        }

        if (loopback.Count == 0)
        {
            loopback.Add(IPAddress.Loopback);
        }

        IEnumerable<IPAddress> addresses = found.OrderBy(entry => entry.Rank).Select(entry => entry.Address);
        return [.. (includeLoopback || found.Count == 0 ? addresses.Concat(loopback) : addresses).Distinct().Take(most)];
    }

    /// <summary>The default gateway of the interface that has an address, where the address is one that only a router makes reachable.</summary>
    public static IPAddress? FindGateway(IPAddress local)
    {
        if (!IsPrivate(local))
        {
            return null;
        }

        return Interfaces()
            .Select(network => network.GetIPProperties())
            .Where(properties => properties.UnicastAddresses.Any(unicast => unicast.Address.Equals(local)))
            .SelectMany(properties => properties.GatewayAddresses)
            .Select(gateway => gateway.Address)
            .FirstOrDefault(gateway => gateway.AddressFamily == AddressFamily.InterNetwork && !gateway.Equals(IPAddress.Any));
    }

    /// <summary>The interfaces that are up.</summary>
    public static IReadOnlyList<NetworkInterface> Interfaces()
    {
        try
        {
            // A virtual interface's status is often unknown rather than up.
            return [.. NetworkInterface.GetAllNetworkInterfaces().Where(network => network.OperationalStatus is OperationalStatus.Up or OperationalStatus.Unknown)];
        }
        catch (NetworkInformationException)
        {
            return [];
        }
    }

    /// <summary>RFC 1918, and RFC 6598 for the routers of providers.</summary>
    private static bool IsPrivate(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetwork)
        {
            return false;
        }

        byte[] octets = address.GetAddressBytes();
        return octets[0] == 10
            || (octets[0] == 172 && octets[1] is >= 16 and <= 31)
            || (octets[0] == 192 && octets[1] == 168)
            || (octets[0] == 100 && octets[1] is >= 64 and <= 127);
    }

    private static bool IsUsable(IPAddress address, bool includeIPv6) => address.AddressFamily switch
    {
        AddressFamily.InterNetwork => !address.ToString().StartsWith("169.254.", StringComparison.Ordinal),
        AddressFamily.InterNetworkV6 => includeIPv6
            && !address.IsIPv6LinkLocal && !address.IsIPv6SiteLocal && !address.IsIPv6Multicast && !address.IsIPv6Teredo,
        _ => false,
    };
}
