using System.Net;

namespace Peercast.WebRtc.Driver;

/// <summary>The networks that this machine is on, and the news that they have changed.</summary>
internal interface ILocalNetwork : IDisposable
{
    /// <summary>Addresses may have come or gone. Raised on any thread, often several times for one change.</summary>
    event Action? Changed;

    /// <summary>The addresses that are worth a candidate, most preferred first.</summary>
    IReadOnlyList<IPAddress> FindAddresses();

    /// <summary>The router that an address of ours is behind, with its port for PCP; <see langword="null"/> when there is none to have ports mapped by.</summary>
    IPEndPoint? FindGateway(IPAddress local);
}
