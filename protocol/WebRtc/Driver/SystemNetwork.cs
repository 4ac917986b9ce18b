using System.Net;
using System.Net.NetworkInformation;
using Peercast.WebRtc.PortMapping;

namespace Peercast.WebRtc.Driver;

/// <summary>The networks as the operating system tells of them.</summary>
internal sealed class SystemNetwork : ILocalNetwork
{
    private readonly PeerConnectionFactoryOptions _options;

    public SystemNetwork(PeerConnectionFactoryOptions options)
    {
        _options = options;
        NetworkChange.NetworkAddressChanged += OnAddressChanged;
        NetworkChange.NetworkAvailabilityChanged += OnAvailabilityChanged;
    }

    public event Action? Changed;

    public IReadOnlyList<IPAddress> FindAddresses() =>
        LocalAddresses.Find(_options.IncludeLoopback, _options.IncludeIPv6, PeerConnectionFactoryOptions.MaxSockets);

    public IPEndPoint? FindGateway(IPAddress local) =>
        LocalAddresses.FindGateway(local) is { } gateway ? new IPEndPoint(gateway, PcpMapper.GatewayPort) : null;

    public void Dispose()
    {
        NetworkChange.NetworkAddressChanged -= OnAddressChanged;
        NetworkChange.NetworkAvailabilityChanged -= OnAvailabilityChanged;
    }

    private void OnAddressChanged(object? sender, EventArgs e) => Changed?.Invoke();

    // A cable pulled out takes no address away.
    private void OnAvailabilityChanged(object? sender, NetworkAvailabilityEventArgs e) => Changed?.Invoke();
}
