using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace Peercast.Player.Session;

/// <summary>What the connections to neighbors need to know of the network.</summary>
/// <param name="StunServers">The origin's own STUN responder; empty where it has none or its name has no address.</param>
/// <param name="LoopbackOnly">The origin is on this machine, so its viewers are too.</param>
internal sealed record PeerEnvironment(ImmutableArray<IPEndPoint> StunServers, bool LoopbackOnly)
{
    /// <summary>The router is asked to let neighbors in.</summary>
    public bool MapPorts { get; init; }

    /// <summary>Derives it from the origin's address.</summary>
    public static async Task<PeerEnvironment> FindAsync(Uri origin, int stunPort, CancellationToken cancellation)
    {
        IPAddress[] addresses;
        try
        {
            addresses = await Dns.GetHostAddressesAsync(origin.DnsSafeHost, cancellation).ConfigureAwait(false);
        }
        catch (SocketException)
        {
            addresses = [];
        }

        return new PeerEnvironment(
            stunPort > 0 ? [.. addresses.Select(address => new IPEndPoint(address, stunPort))] : [],
            addresses.Length > 0 && addresses.All(IPAddress.IsLoopback));
    }
}
