using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Hosting;

namespace Peercast.Origin.Limits;

/// <summary>A part of the origin that listens on a socket of its own from the start of the host to its end.</summary>
internal abstract class SocketListener(OriginReadiness readiness, SocketType type, string name, string listen, int port, string portOption)
    : IHostedService, IDisposable
{
    private readonly string _part = name.ToLowerInvariant();
    private readonly CancellationTokenSource _stop = new();
    private Socket? _socket;
    private int _disposed;
    private Task _serving = Task.CompletedTask;

    /// <summary>Where it listens; <see langword="null"/> when it does not.</summary>
    public IPEndPoint? EndPoint => _socket?.LocalEndPoint as IPEndPoint;

    /// <summary>The host is stopping.</summary>
    protected CancellationToken Stopping => _stop.Token;

    /// <inheritdoc/>
    /// <exception cref="OriginStartException">The port cannot be had.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (port == 0)
        {
            return Task.CompletedTask;
        }

        readiness.Expect(_part);
        _socket = ListenSocket.Bind(new IPEndPoint(IPAddress.Parse(listen), port), type, name, portOption);
        _serving = ServeAsync(_socket);
        readiness.Set(_part, up: true);
        Listening(EndPoint);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        readiness.Set(_part, up: false);
        await _stop.CancelAsync();
        _socket?.Dispose();
        await _serving;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Twice when the container knows it as a service and as a hosted one; canceling comes first, so that the end of
        // the socket is not taken for a fault.
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _stop.Cancel();
            _socket?.Dispose();
            _stop.Dispose();
        }
    }

    /// <summary>Serves until <see cref="Stopping"/> or the end of the socket; does not throw.</summary>
    protected abstract Task ServeAsync(Socket socket);

    /// <summary>It listens now.</summary>
    protected abstract void Listening(IPEndPoint? endPoint);

    /// <summary>Whether a failure of the socket is only its end.</summary>
    protected bool IsEnd(Exception failure) => failure is OperationCanceledException or ObjectDisposedException || _stop.IsCancellationRequested;
}
