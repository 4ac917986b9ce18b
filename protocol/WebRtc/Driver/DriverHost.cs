using System.Net;
using System.Net.Sockets;
using Peercast.WebRtc.Dtls;

namespace Peercast.WebRtc.Driver;

/// <summary>What the connections of one factory share: sockets, timers, the clock, the certificate, the demultiplexer.</summary>
internal sealed class DriverHost : IDisposable
{
    private readonly LocalSockets _sockets;
    private readonly NetworkWatch? _watch;

    /// <summary>Binds the sockets and starts the threads.</summary>
    /// <param name="options">Validated.</param>
    /// <param name="parts">What to use in place of the machine's own.</param>
    /// <exception cref="SocketException">No address can be bound, or one of those that the options name cannot.</exception>
    /// <exception cref="Native.OpenSslException">OpenSSL is missing or refuses.</exception>
    public DriverHost(PeerConnectionFactoryOptions options, DriverParts parts)
    {
        Options = options;
        Dtls = DtlsContext.Shared;
        ILocalNetwork? network = options.BindAddresses is null ? parts.Network ?? new SystemNetwork(options) : null;
        try
        {
            _sockets = new LocalSockets(options, options.BindAddresses ?? network!.FindAddresses(), Demultiplexer);
        }
        catch
        {
            network?.Dispose();
            throw;
        }

        Names = options.ResolveMdnsNames ? parts.Names ?? new MdnsClient(Clock, MdnsInterface.FindAll) : null;
        Deadlines = new DeadlineThread(Clock);
        _sockets.Start();
        if (network is not null)
        {
            _watch = new NetworkWatch(network, _sockets, Deadlines, Clock, gone => SocketsChanged?.Invoke(gone));
        }
    }

    /// <summary>Sockets were added, or closed because their addresses are gone (those in the list). Raised on the timer thread.</summary>
    public event Action<IReadOnlyList<IPEndPoint>>? SocketsChanged;

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

    /// <summary>Ends the threads and closes the sockets.</summary>
    public void Dispose()
    {
        _watch?.Dispose();
        _sockets.Dispose();
        Deadlines.Dispose();
        Names?.Dispose();
    }
}
