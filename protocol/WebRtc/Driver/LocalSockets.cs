using System.Net;
using System.Net.Sockets;

namespace Peercast.WebRtc.Driver;

/// <summary>
/// The sockets of a factory, one for each address of this machine that is worth a candidate; they come and go with the addresses. Reading is safe from any
/// thread, changing is for one at a time.
/// </summary>
internal sealed class LocalSockets : IDisposable
{
    private readonly PeerConnectionFactoryOptions _options;
    private readonly IDatagramReceiver _receiver;
    private int _lastNumber;
    private volatile Dictionary<IPEndPoint, DatagramSocket> _byAddress = [];
    private volatile IReadOnlyList<DatagramSocket> _all = [];

    /// <summary>Binds one socket for each address.</summary>
    /// <param name="options">Ports and buffers.</param>
    /// <param name="addresses">Most preferred first.</param>
    /// <param name="receiver">Takes the datagrams once <see cref="Start"/> was called.</param>
    /// <exception cref="SocketException">No address can be bound, or one of those that the options name cannot.</exception>
    public LocalSockets(PeerConnectionFactoryOptions options, IReadOnlyList<IPAddress> addresses, IDatagramReceiver receiver)
    {
        _options = options;
        _receiver = receiver;
        var bound = new List<DatagramSocket>();
        SocketException? refused = null;
        foreach (IPAddress address in addresses.Distinct())
        {
            try
            {
                bound.Add(Bind(address));
            }
            catch (SocketException failure)
            {
                // An address that has just gone, or an IPv6 one that is not ready yet: the others will do, unless just this one is wanted.
                refused = failure;
                if (options.BindAddresses is not null)
                {
                    bound.ForEach(socket => socket.Dispose());
                    throw;
                }
            }
        }

        if (bound.Count == 0)
        {
            throw refused ?? new SocketException((int)SocketError.AddressNotAvailable);
        }

        Publish(bound);
    }

    /// <summary>Most preferred first.</summary>
    public IReadOnlyList<DatagramSocket> All => _all;

    /// <summary>The socket that is bound to an address.</summary>
    public DatagramSocket? Find(IPEndPoint local) => _byAddress.GetValueOrDefault(local);

    /// <summary>Begins to receive.</summary>
    public void Start()
    {
        foreach (DatagramSocket socket in _all)
        {
            socket.Start();
        }
    }

    /// <summary>Binds and starts sockets for addresses that are new, and closes those of addresses that are gone.</summary>
    /// <param name="addresses">All that there are now. When none of them leads anywhere, the sockets stay: there is nothing better to have.</param>
    /// <returns>The addresses of the sockets that were closed; <see langword="null"/> when nothing has changed.</returns>
    public IReadOnlyList<IPEndPoint>? Update(IReadOnlyList<IPAddress> addresses)
    {
        if (addresses.All(IPAddress.IsLoopback) && !_all.All(socket => IPAddress.IsLoopback(socket.LocalEndPoint.Address)))
        {
            return null;
        }

        var now = new List<DatagramSocket>();
        bool grown = false;
        foreach (IPAddress address in addresses.Distinct())
        {
            DatagramSocket? socket = _all.FirstOrDefault(known => known.LocalEndPoint.Address.Equals(address));
            if (socket is null)
            {
                try
                {
                    socket = Bind(address);
                    socket.Start();
                    grown = true;
                }
                catch (SocketException)
                {
                    // Not ready yet: when it is, there will be news of it.
                    continue;
                }
            }

            now.Add(socket);
        }

        DatagramSocket[] gone = [.. _all.Except(now)];
        if (now.Count == 0 || (gone.Length == 0 && !grown))
        {
            return null;
        }

        Publish(now);
        foreach (DatagramSocket socket in gone)
        {
            socket.Dispose();
        }

        return [.. gone.Select(socket => socket.LocalEndPoint)];
    }

    public void Dispose()
    {
        foreach (DatagramSocket socket in _all)
        {
            socket.Dispose();
        }
    }

    private DatagramSocket Bind(IPAddress address) =>
        new(_lastNumber++, new IPEndPoint(address, _options.Port), _options.ReceiveBufferBytes, _options.SendBufferBytes, _options.UseSegmentOffload, _receiver);

    private void Publish(List<DatagramSocket> sockets)
    {
        _byAddress = sockets.ToDictionary(socket => socket.LocalEndPoint);
        _all = sockets;
    }
}
