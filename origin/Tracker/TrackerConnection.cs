using System.Buffers;
using System.Net.WebSockets;
using System.Threading.Channels;
using Peercast.Protocol.Signaling;

namespace Peercast.Origin.Tracker;

/// <summary>
/// A viewer's WebSocket: reads messages into the room, writes what the room queues. Both directions are bounded, and
/// whatever goes wrong ends this connection alone.
/// </summary>
internal sealed class TrackerConnection : ITrackerConnection
{
    // A viewer that takes nothing while so many messages wait for it has stopped.
    private const int QueueLength = 512;

    private static readonly TimeSpan JoinTimeout = TimeSpan.FromSeconds(10);

    // Several report intervals (at most 10 s).
    private static readonly TimeSpan IdleTimeout = TimeSpan.FromSeconds(45);

    private static readonly TimeSpan SendTimeout = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(3);

    private readonly WebSocket _socket;
    private readonly TimeProvider _time;
    private readonly Channel<SignalingMessage> _queue = Channel.CreateBounded<SignalingMessage>(
        new BoundedChannelOptions(QueueLength) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    public TrackerConnection(WebSocket socket, TimeProvider time)
    {
        _socket = socket;
        _time = time;
    }

    /// <inheritdoc/>
    public void Send(SignalingMessage message)
    {
        if (!_queue.Writer.TryWrite(message) && _queue.Writer.TryComplete())
        {
            _socket.Abort();
        }
    }

    /// <inheritdoc/>
    public void Close() => _queue.Writer.TryComplete();

    /// <summary>Serves the connection until it ends.</summary>
    public async Task RunAsync(TrackerRoom room, CancellationToken stop)
    {
        long id = room.Connect(this);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task writing = WriteAsync(cancel);
        try
        {
            await ReadAsync(room, id, cancel.Token);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException)
        {
            // The viewer went away, or was too slow, or the origin stops: all the same to the room.
        }
        finally
        {
            room.Disconnect(id);
            _queue.Writer.TryComplete();
            await writing;
        }
    }

    private async Task ReadAsync(TrackerRoom room, long id, CancellationToken stop)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(SignalingCodec.MaxMessageLength + 1);
        try
        {
            TimeSpan patience = JoinTimeout;
            int length = 0;
            while (true)
            {
                using var timeout = new CancellationTokenSource(patience, _time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stop);
                while (true)
                {
                    var part = await _socket.ReceiveAsync(buffer.AsMemory(length, SignalingCodec.MaxMessageLength + 1 - length), either.Token);
                    length += part.Count;
                    if (part.MessageType == WebSocketMessageType.Close)
                    {
                        return;
                    }

                    if (part.MessageType != WebSocketMessageType.Text || length > SignalingCodec.MaxMessageLength)
                    {
                        length = SignalingCodec.MaxMessageLength + 1;
                        break;
                    }

                    if (part.EndOfMessage)
                    {
                        break;
                    }
                }

                SignalingMessage? message = null;
                bool decoded = length <= SignalingCodec.MaxMessageLength && SignalingCodec.TryDecode(buffer.AsSpan(0, length), out message);
                room.Receive(id, message);
                if (!decoded)
                {
                    // The room has answered with an error and a close: wait for the viewer's own close, not for ever.
                    await DiscardAsync(buffer, stop);
                    return;
                }

                length = 0;
                patience = IdleTimeout;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task DiscardAsync(byte[] buffer, CancellationToken stop)
    {
        using var timeout = new CancellationTokenSource(CloseTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stop);
        while ((await _socket.ReceiveAsync(buffer.AsMemory(), either.Token)).MessageType != WebSocketMessageType.Close)
        {
        }
    }

    private async Task WriteAsync(CancellationTokenSource cancel)
    {
        try
        {
            await foreach (SignalingMessage message in _queue.Reader.ReadAllAsync(cancel.Token))
            {
                using var timeout = new CancellationTokenSource(SendTimeout, _time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancel.Token);
                await _socket.SendAsync(SignalingCodec.Encode(message), WebSocketMessageType.Text, endOfMessage: true, either.Token);
            }

            using var closing = new CancellationTokenSource(CloseTimeout, _time);
            await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, closing.Token);
            cancel.CancelAfter(CloseTimeout);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // InvalidOperationException: the socket is no longer in a state to send. Wakes the reader.
            _socket.Abort();
        }
    }
}
