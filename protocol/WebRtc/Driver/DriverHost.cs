using System.Net;
using System.Net.Sockets;
using Peercast.WebRtc.Dtls;
using Peercast.WebRtc.PortMapping;

namespace Peercast.WebRtc.Driver;

/// <summary>What the connections of one factory share: sockets, timers, the clock, the certificate, the demultiplexer.</summary>
internal sealed class DriverHost : IDisposable
{
    private readonly LocalSockets _sockets;
    private readonly ILocalNetwork _network;
    private readonly NetworkWatch? _watch;
    private readonly PortMappings? _mappings;

    /// <summary>Binds the sockets and starts the threads.</summary>
    /// <param name="options">Validated.</param>
    /// <param name="parts">What to use in place of the machine's own.</param>
    /// <exception cref="SocketException">No address can be bound, or one of those that the options name cannot.</exception>
    /// <exception cref="Native.OpenSslException">OpenSSL is missing or refuses.</exception>
    public DriverHost(PeerConnectionFactoryOptions options, DriverParts parts)
    {
        Options = options;
        SackSpacing = new Sctp.SackSpacing(SendRateBound);
        Dtls = DtlsContext.Shared;
        _network = parts.Network ?? new SystemNetwork(options);
        try
        {
            _sockets = new LocalSockets(options, options.BindAddresses ?? _network.FindAddresses(), Demultiplexer);
        }
        catch
        {
            _network.Dispose();
            throw;
        }

        Names = options.ResolveMdnsNames ? parts.Names ?? new MdnsClient(Clock, MdnsInterface.FindAll) : null;
        Deadlines = new DeadlineThread(Clock);
        _sockets.Start();
        if (options.MapPorts)
        {
            _mappings = new PortMappings(Clock, Deadlines, _network.FindGateway, parts.UpnpGroup ?? SsdpMessage.Group, parts.FarewellTime);
            _mappings.Changed += () => PortMappingsChanged?.Invoke();
            _mappings.Follow(Sockets);
        }

        if (options.BindAddresses is null)
        {
            _watch = new NetworkWatch(_network, _sockets, Deadlines, Clock, OnSocketsChanged);
        }
    }

    /// <summary>Sockets were added, or closed because their addresses are gone (those in the list). Raised on the timer thread.</summary>
    public event Action<IReadOnlyList<IPEndPoint>>? SocketsChanged;

    /// <summary>A router has mapped the port of a socket, or it is known that none will. Raised on any thread of the driver or the pool.</summary>
    public event Action? PortMappingsChanged;

    /// <summary>The line upward, as far as it is known what it carries.</summary>
    public Sctp.Congestion.SendRateBound SendRateBound { get; } = new();

    /// <summary>How often all connections together acknowledge.</summary>
    public Sctp.SackSpacing SackSpacing { get; }

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
    public IReadOnlyList<DatagramSocket> Sockets => _sockets.All;

    /// <summary>The socket that is bound to an address.</summary>
    public DatagramSocket? FindSocket(IPEndPoint local) => _sockets.Find(local);

    /// <summary>The address that a router has given to a socket; <see langword="null"/> while there is none.</summary>
    public IPEndPoint? FindMapped(IPEndPoint local) => _mappings?.Find(local);

    /// <summary>Whether some router may still map a port: there may be another candidate soon.</summary>
    public bool IsMappingPorts => _mappings?.IsAsking ?? false;

    /// <summary>Ends the threads and closes the sockets.</summary>
    public void Dispose()
    {
        _watch?.Dispose();
        _network.Dispose();
        _mappings?.Dispose();
        _sockets.Dispose();
        Deadlines.Dispose();
        Names?.Dispose();
    }

    private void OnSocketsChanged(IReadOnlyList<IPEndPoint> gone)
    {
        _mappings?.Follow(Sockets);
        SocketsChanged?.Invoke(gone);
    }
}
