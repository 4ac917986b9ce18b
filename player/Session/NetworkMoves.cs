using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Peercast.Player.Session;

/// <summary>
/// Tells when this machine has lost an address: connections over TCP that were made from it are dead, though nothing will say so for a while.
/// </summary>
internal sealed class NetworkMoves : IDisposable
{
    /// <summary>One change comes as a burst of news.</summary>
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(100);

    private readonly Action _moved;
    private HashSet<IPAddress> _addresses = Find();
    private int _looking;

    /// <summary>Begins to watch.</summary>
    /// <param name="moved">Called on a thread of the pool.</param>
    public NetworkMoves(Action moved)
    {
        _moved = moved;
        NetworkChange.NetworkAddressChanged += OnAddressChanged;
        NetworkChange.NetworkAvailabilityChanged += OnAvailabilityChanged;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        NetworkChange.NetworkAddressChanged -= OnAddressChanged;
        NetworkChange.NetworkAvailabilityChanged -= OnAvailabilityChanged;
    }

    private static HashSet<IPAddress> Find()
    {
        try
        {
            return [.. from network in NetworkInterface.GetAllNetworkInterfaces()
                       where network.OperationalStatus is OperationalStatus.Up or OperationalStatus.Unknown
                       from unicast in network.GetIPProperties().UnicastAddresses
                       let address = unicast.Address
                       where address.AddressFamily is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6
                           && !IPAddress.IsLoopback(address) && !address.IsIPv6LinkLocal
                       select address];
        }
        catch (NetworkInformationException)
        {
            return [];
        }
    }

    private void OnAddressChanged(object? sender, EventArgs e) => _ = LookAsync();

    private void OnAvailabilityChanged(object? sender, NetworkAvailabilityEventArgs e) => _ = LookAsync();

    private async Task LookAsync()
    {
        if (Interlocked.Exchange(ref _looking, 1) != 0)
        {
            return;
        }

        await Task.Delay(Settle).ConfigureAwait(false);
        Volatile.Write(ref _looking, 0);
        HashSet<IPAddress> now = Find();
        HashSet<IPAddress> before = Interlocked.Exchange(ref _addresses, now);
        if (!before.IsSubsetOf(now))
        {
            _moved();
        }
    }
}
