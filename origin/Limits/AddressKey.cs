using System.Net;
using System.Net.Sockets;

namespace Peercast.Origin.Limits;

/// <summary>
/// Whom a per-address limit counts: an IPv4 address, or the /64 an IPv6 address lies in, because one subscriber has all
/// of that. An IPv4 address mapped into IPv6 is the IPv4 address.
/// </summary>
internal static class AddressKey
{
    /// <summary>The key of an address; that of an unknown one is <see cref="IPAddress.None"/>.</summary>
    public static IPAddress Of(IPAddress? address)
    {
        if (address is null)
        {
            return IPAddress.None;
        }

        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }

        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        bytes[8..].Clear();
        return new IPAddress(bytes);
    }
}
