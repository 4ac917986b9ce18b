using System.Net;
using Peercast.Protocol.Transport;
using Peercast.WebRtc.Driver;

namespace Peercast.WebRtc;

/// <summary>
/// Makes WebRTC connections that share UDP sockets (one for each local address, with a thread each), one timer thread and
/// the process's certificate. A process may have several factories. Two sockets hold one connection with each other: a
/// second one, once its path works, takes the place of the first, which fails. Events are raised on these threads, which
/// serve all connections; an exception that leaves a handler there ends the process, as on any thread.
/// </summary>
public sealed class PeerConnectionFactory : IPeerConnectionFactory
{
    private readonly DriverHost _host;
    private readonly HashSet<PeerConnection> _connections = [];
    private readonly Lock _gate = new();
    private bool _disposed;

    /// <summary>Binds the sockets and starts the threads.</summary>
    /// <param name="options">How; <see langword="null"/>: the defaults.</param>
    /// <exception cref="ArgumentException">An option is out of its range; the message says which.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">
    /// An address of <see cref="PeerConnectionFactoryOptions.BindAddresses"/> cannot be bound, or no address of this machine can.
    /// </exception>
    /// <exception cref="Native.OpenSslMissingException">OpenSSL 3 is not installed; the message says what to install.</exception>
    /// <exception cref="Native.OpenSslException">OpenSSL refused to work.</exception>
    public PeerConnectionFactory(PeerConnectionFactoryOptions? options = null)
        : this(options ?? new PeerConnectionFactoryOptions(), new DriverParts())
    {
    }

    /// <summary>Binds the sockets and starts the threads.</summary>
    /// <param name="options">How.</param>
    /// <param name="parts">What to use in place of the machine's own.</param>
    internal PeerConnectionFactory(PeerConnectionFactoryOptions options, DriverParts parts)
    {
        options.Validate();
        _host = new DriverHost(options, parts);
        _host.SocketsChanged += gone => ForEach(connection => connection.SocketsChanged(gone));
        _host.PortMappingsChanged += () => ForEach(connection => connection.PortMappingsChanged());
    }

    /// <summary>The addresses and ports of the sockets, most preferred first. They change with the networks that this machine is on.</summary>
    public IReadOnlyList<IPEndPoint> LocalEndPoints => [.. _host.Sockets.Select(socket => socket.LocalEndPoint)];

    /// <summary>Connections that have neither closed nor failed.</summary>
    public int ConnectionCount
    {
        get
        {
            lock (_gate)
            {
                return _connections.Count;
            }
        }
    }

    /// <inheritdoc/>
    public long MaxSendRate
    {
        get => double.IsFinite(_host.SendRateBound.BytesPerSecond) ? (long)(_host.SendRateBound.BytesPerSecond * 8) : long.MaxValue;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            _host.SendRateBound.BytesPerSecond = value == long.MaxValue ? double.PositiveInfinity : value / 8.0;
        }
    }

    /// <inheritdoc/>
    public void Charge(int wireBytes) => _host.SendRateBound.Charge(_host.Clock.Now, wireBytes);

    /// <summary>What the connections share.</summary>
    internal DriverHost Host => _host;

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">The factory is disposed.</exception>
    /// <exception cref="InvalidOperationException"><see cref="PeerConnectionFactoryOptions.MaxConnections"/> exist already.</exception>
    public IPeerConnection CreatePeerConnection()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_connections.Count >= _host.Options.MaxConnections)
            {
                throw new InvalidOperationException(
                    $"{_host.Options.MaxConnections} connections exist already ({nameof(PeerConnectionFactoryOptions.MaxConnections)}).");
            }

            var connection = new PeerConnection(_host, Forget);
            _connections.Add(connection);
            return connection;
        }
    }

    /// <inheritdoc/>
    public void SendTogether(Action action) => DriverTurn.Run(action);

    /// <summary>
    /// Closes all connections, then the sockets. Handlers that run end first, for two seconds at most: do not hold a lock that
    /// one of them needs.
    /// </summary>
    public void Dispose()
    {
        PeerConnection[] connections;
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            connections = [.. _connections];
        }

        foreach (PeerConnection connection in connections)
        {
            connection.Dispose();
        }

        _host.Dispose();
        foreach (PeerConnection connection in connections)
        {
            connection.RaiseRemainingEvents();
        }
    }

    private void ForEach(Action<PeerConnection> action)
    {
        PeerConnection[] connections;
        lock (_gate)
        {
            connections = [.. _connections];
        }

        foreach (PeerConnection connection in connections)
        {
            action(connection);
        }
    }

    private void Forget(PeerConnection connection)
    {
        lock (_gate)
        {
            _connections.Remove(connection);
        }
    }
}
