using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Peercast.Origin.Limits;

namespace Peercast.Origin.Rtmp;

/// <summary>Takes RTMP publishers on a TCP port.</summary>
internal sealed partial class RtmpListener(
    IOptions<PeercastOriginOptions> options, RtmpPublishers publishers, OriginReadiness readiness, TimeProvider time, ILogger<RtmpListener> logger)
    : IHostedService, IDisposable
{
    private const string Part = "rtmp";

    // When accepting fails, mostly for want of file descriptors: they come back as connections end.
    private static readonly TimeSpan AcceptRetry = TimeSpan.FromMilliseconds(100);

    private readonly ConnectionLimiter _limiter = new(options.Value.MaxPublishers, options.Value.MaxPublishersPerAddress);
    private readonly HashSet<Task> _connections = [];
    private readonly CancellationTokenSource _stop = new();
    private Socket? _socket;
    private int _disposed;
    private Task _accepting = Task.CompletedTask;

    /// <summary>Where it listens; <see langword="null"/> when it does not.</summary>
    public IPEndPoint? EndPoint => _socket?.LocalEndPoint as IPEndPoint;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value.RtmpPort == 0)
        {
            return Task.CompletedTask;
        }

        readiness.Expect(Part);
        var address = IPAddress.Parse(options.Value.Listen);
        _socket = ListenSocket.Bind(new IPEndPoint(address, options.Value.RtmpPort), SocketType.Stream, "RTMP", nameof(options.Value.RtmpPort));
        _accepting = AcceptAsync(_socket);
        readiness.Set(Part, up: true);
        LogListening(EndPoint);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        readiness.Set(Part, up: false);
        await _stop.CancelAsync();
        _socket?.Dispose();
        await _accepting;
        Task[] open;
        lock (_connections)
        {
            open = [.. _connections];
        }

        await Task.WhenAll(open);
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

    private async Task AcceptAsync(Socket listener)
    {
        while (true)
        {
            try
            {
                Serve(await listener.AcceptAsync(_stop.Token));
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException || _stop.IsCancellationRequested)
            {
                return;
            }
            catch (SocketException e)
            {
                LogAcceptFailed(e.Message);
                await Task.Delay(AcceptRetry, time, CancellationToken.None);
            }
        }
    }

    private void Serve(Socket socket)
    {
        if (socket.RemoteEndPoint is not IPEndPoint remote || _limiter.TryOpen(remote.Address) is not { } lease)
        {
            LogTooMany();
            socket.Dispose();
            return;
        }

        socket.NoDelay = true;
        Task task = ServeAsync(socket, remote, lease);
        lock (_connections)
        {
            _connections.Add(task);
        }

        _ = task.ContinueWith(
            ended =>
            {
                lock (_connections)
                {
                    _connections.Remove(ended);
                }
            },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    private async Task ServeAsync(Socket socket, IPEndPoint remote, IDisposable lease)
    {
        await Task.Yield();
        using (lease)
        using (var connection = new RtmpConnection(socket, remote.ToString(), publishers, time, logger))
        {
            try
            {
                await connection.RunAsync(_stop.Token);
            }
            catch (Exception e)
            {
                LogFailed(e, remote);
            }
        }
    }
}
