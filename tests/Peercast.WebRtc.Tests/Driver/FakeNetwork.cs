using System.Net;
using Peercast.WebRtc.Driver;

namespace Peercast.WebRtc.Tests.Driver;

/// <summary>A machine whose addresses a test takes away.</summary>
internal sealed class FakeNetwork(params string[] addresses) : ILocalNetwork
{
    private volatile string[] _addresses = addresses;

    public event Action? Changed;

    public IReadOnlyList<IPAddress> FindAddresses() => [.. _addresses.Select(IPAddress.Parse)];

    public IPEndPoint? Gateway { get; init; }

    public IPEndPoint? FindGateway(IPAddress local) => Gateway;

    public void MoveTo(params string[] addresses)
    {
        _addresses = addresses;

        // A system tells of the address that goes and of the one that comes.
        Changed?.Invoke();
        Changed?.Invoke();
    }

    public void Dispose()
    {
    }
}
