using System.Net.WebSockets;
using System.Threading.Channels;
using Peercast.Protocol.Signaling;

namespace Peercast.Player.Session;

/// <summary>
/// The WebSocket to the tracker; comes back by itself after a loss, with the same peer id. Safe to call from any
/// thread. Messages arrive at the handler one at a time.
/// </summary>
internal sealed class TrackerClient(Uri address, Func<string?, JoinMessage> join, Action<SignalingMessage> receive)
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan LastRetry = TimeSpan.FromSeconds(10);

    /// <summary>What waits to be sent is of no use when it is old: a full queue drops its oldest message.</summary>
    private readonly Channel<SignalingMessage> _outgoing = Channel.CreateBounded<SignalingMessage>(
        new BoundedChannelOptions(256) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    /// <summary>Ends the wait for the next attempt.</summary>
    private volatile TaskCompletionSource _hurry = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private string? _resume;
    private volatile bool _connected;
    private volatile ClientWebSocket? _socket;
    private volatile bool _lost;

    /// <summary>Whether the tracker has welcomed the viewer and the connection stands.</summary>
    public bool IsConnected => _connected;

    /// <summary>Sends a message, or drops it while there is no connection.</summary>
    public void Send(SignalingMessage message)
    {
        if (_connected)
        {
            _outgoing.Writer.TryWrite(message);
        }
    }

    /// <summary>Connects anew at once: the connection that there is may be dead without knowing it.</summary>
    public void Reconnect()
    {
        _connected = false;
        _hurry.TrySetResult();
        _socket?.Abort();
    }

    /// <summary>Breaks the connection as a network failure would.</summary>
    /// <param name="forGood">Whether it does not come back.</param>
    public void Drop(bool forGood)
    {
        _lost = forGood;
        _socket?.Abort();
    }

    /// <summary>Stays connected until canceled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        TimeSpan retry = FirstRetry;
        while (!cancellation.IsCancellationRequested && !_lost)
        {
            try
            {
                await ConnectOnceAsync(cancellation).ConfigureAwait(false);
            }
            catch (Exception e) when (e is WebSocketException or HttpRequestException or IOException or InvalidOperationException
                || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
            {
                // The tracker is a convenience: the swarm plays on without it, and the loop tries again.
            }

            retry = _connected ? FirstRetry : TimeSpan.FromTicks(Math.Min(retry.Ticks * 2, LastRetry.Ticks));
            _connected = false;
            await Task.WhenAny(_hurry.Task, Task.Delay(retry * (0.75 + (Random.Shared.NextDouble() / 2)), cancellation)).ConfigureAwait(false);
            cancellation.ThrowIfCancellationRequested();
            _hurry = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    private async Task ConnectOnceAsync(CancellationToken cancellation)
    {
        using var socket = new ClientWebSocket();
        _socket = socket;
        socket.Options.KeepAliveInterval = TimeSpan.FromSeconds(15);
        socket.Options.KeepAliveTimeout = TimeSpan.FromSeconds(15);
        using var attempt = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        attempt.CancelAfter(TimeSpan.FromSeconds(10));
        await socket.ConnectAsync(address, attempt.Token).ConfigureAwait(false);
        attempt.CancelAfter(Timeout.InfiniteTimeSpan);

        while (_outgoing.Reader.TryRead(out _))
        {
            // Meant for the connection before this one.
        }

        await SendAsync(socket, join(_resume), cancellation).ConfigureAwait(false);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task sending = SendLoopAsync(socket, over.Token);
        try
        {
            await ReceiveLoopAsync(socket, cancellation).ConfigureAwait(false);
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
            await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (cancellation.IsCancellationRequested && socket.State == WebSocketState.Open)
            {
                using var farewell = new CancellationTokenSource(TimeSpan.FromSeconds(1));
                await LeaveAsync(socket, farewell.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task ReceiveLoopAsync(ClientWebSocket socket, CancellationToken cancellation)
    {
        byte[] buffer = new byte[SignalingCodec.MaxMessageLength];
        int length = 0;
        // The receive is not canceled but abandoned: canceling it would abort the socket before the farewell.
        while (true)
        {
            ValueWebSocketReceiveResult result = await socket.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None)
                .AsTask().WaitAsync(cancellation).ConfigureAwait(false);
            length += result.Count;
            if (result.MessageType == WebSocketMessageType.Close || (!result.EndOfMessage && length == buffer.Length))
            {
                return;
            }

            if (!result.EndOfMessage)
            {
                continue;
            }

            if (SignalingCodec.TryDecode(buffer.AsSpan(0, length), out SignalingMessage? message))
            {
                if (message is WelcomeMessage welcome)
                {
                    _resume = welcome.Resume;
                    _connected = true;
                }

                receive(message!);
            }

            length = 0;
        }
    }

    private async Task SendLoopAsync(ClientWebSocket socket, CancellationToken cancellation)
    {
        await foreach (SignalingMessage message in _outgoing.Reader.ReadAllAsync(cancellation).ConfigureAwait(false))
        {
            await SendAsync(socket, message, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private static async Task LeaveAsync(ClientWebSocket socket, CancellationToken cancellation)
    {
        await SendAsync(socket, new LeaveMessage(), cancellation).ConfigureAwait(false);
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "leaving", cancellation).ConfigureAwait(false);
    }

    private static Task SendAsync(ClientWebSocket socket, SignalingMessage message, CancellationToken cancellation) =>
        socket.SendAsync(SignalingCodec.Encode(message), WebSocketMessageType.Text, endOfMessage: true, cancellation);
}
