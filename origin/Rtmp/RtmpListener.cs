using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Peercast.Origin.Limits;

namespace Peercast.Origin.Rtmp;

/// <summary>Takes RTMP publishers on a TCP port.</summary>
internal sealed partial class RtmpListener(
    IOptions<PeercastOriginOptions> options, RtmpPublishers publishers, OriginReadiness readiness, TimeProvider time, ILogger<RtmpListener> logger)
    : SocketListener(readiness, SocketType.Stream, "RTMP", options.Value.Listen, options.Value.RtmpPort, nameof(PeercastOriginOptions.RtmpPort))
{
    // When accepting fails, mostly for want of file descriptors: they come back as connections end.
    private static readonly TimeSpan AcceptRetry = TimeSpan.FromMilliseconds(100);

    private readonly ConnectionLimiter _limiter = new(options.Value.MaxPublishers, options.Value.MaxPublishersPerAddress);
    private readonly HashSet<Task> _connections = [];

    /// <inheritdoc/>
    protected override void Listening(IPEndPoint? endPoint) => LogListening(endPoint);

    /// <inheritdoc/>
    protected override async Task ServeAsync(Socket socket)
    {
        await AcceptAsync(socket);
        Task[] open;
        lock (_connections)
        {
            open = [.. _connections];
        }

        await Task.WhenAll(open);
    }

    private async Task AcceptAsync(Socket listener)
    {
        while (true)
        {
            try
            {
                Serve(await listener.AcceptAsync(Stopping));
            }
            catch (Exception e) when (IsEnd(e))
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
                await connection.RunAsync(Stopping);
            }
            catch (Exception e)
            {
                LogFailed(e, remote);
            }
        }
    }
}
