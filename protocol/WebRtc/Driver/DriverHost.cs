using System.Net;
using System.Net.Sockets;
using Peercast.WebRtc.Dtls;

namespace Peercast.WebRtc.Driver;

/// <summary>What the connections of one factory share: sockets, timers, the clock, the certificate, the demultiplexer.</summary>
internal sealed class DriverHost : IDisposable
{
    private readonly Dictionary<IPEndPoint, DatagramSocket> _socketsByAddress = [];
    private readonly List<DatagramSocket> _sockets = [];

    /// <summary>Binds the sockets and starts the threads.</summary>
    /// <param name="options">Validated.</param>
    /// <param name="names">Looks up names in candidates; <see langword="null"/>: multicast DNS.</param>
    /// <exception cref="SocketException">No address can be bound, or one of those that the options name cannot.</exception>
    /// <exception cref="Native.OpenSslException">OpenSSL is missing or refuses.</exception>
    public DriverHost(PeerConnectionFactoryOptions options, IHostNameResolver? names = null)
    {
        Options = options;
        Dtls = DtlsContext.Shared;
        try
        {
            Bind();
        }
        catch
        {
            _sockets.ForEach(socket => socket.Dispose());
            throw;
        }

        Names = options.ResolveMdnsNames ? names ?? new MdnsClient(Clock, MdnsInterface.FindAll) : null;

        Deadlines = new DeadlineThread(Clock);
        _sockets.ForEach(socket => socket.Start());
    }

    /// <summary>The validated options.</summary>
    public PeerConnectionFactoryOptions Options { get; }

    /// <summary>The clock of every engine.</summary>
    public DriverClock Clock { get; } = new();

    /// <summary>Finds the connection of a datagram.</summary>
    public Demultiplexer Demultiplexer { get; } = new();

    /// <summary>The timers.</summary>
    public DeadlineThread Deadlines { get; }

    /// <summary>Looks up the names in candidates; <see langword="null"/> when they are not wanted.</summary>
    public IHostNameResolver? Names { get; }

    /// <summary>Where connections gather the datagrams that they send together.</summary>
    public SendBatchPool SendBatches { get; } = new();

    /// <summary>The certificate.</summary>
    public DtlsContext Dtls { get; }

    /// <summary>The sockets, most preferred first.</summary>
    public IReadOnlyList<DatagramSocket> Sockets => _sockets;

    /// <summary>The socket that is bound to an address.</summary>
    public DatagramSocket? FindSocket(IPEndPoint local) => _socketsByAddress.GetValueOrDefault(local);

    /// <summary>Ends the threads and closes the sockets.</summary>
    public void Dispose()
    {
        _sockets.ForEach(socket => socket.Dispose());
        Deadlines.Dispose();
        Names?.Dispose();
    }

    private void Bind()
    {
        bool chosen = Options.BindAddresses is not null;
        SocketException? refused = null;
        IReadOnlyList<IPAddress> addresses = Options.BindAddresses
            ?? LocalAddresses.Find(Options.IncludeLoopback, Options.IncludeIPv6, PeerConnectionFactoryOptions.MaxSockets);
        foreach (IPAddress address in addresses.Distinct())
        {
            try
            {
                var socket = new DatagramSocket(
                    _sockets.Count,
                    new IPEndPoint(address, Options.Port),
                    Options.ReceiveBufferBytes,
                    Options.SendBufferBytes,
                    Options.UseSegmentOffload,
                    Demultiplexer);
                _sockets.Add(socket);
                _socketsByAddress.Add(socket.LocalEndPoint, socket);
            }
            catch (SocketException failure) when (!chosen)
            {
                // An address that has just gone, or an IPv6 one that is not ready yet: the others will do.
                refused = failure;
            }
        }

        if (_sockets.Count == 0)
        {
            throw refused ?? new SocketException((int)SocketError.AddressNotAvailable);
        }
    }
}
