using System.Buffers;

namespace Peercast.WebRtc.DataChannels;

/// <summary>
/// Events on their way from the engine, which runs under the gate's lock, to the application's handlers, which run
/// without it.
/// </summary>
internal sealed class ChannelEventQueue(DataChannelGate gate)
{
    private Queue<ChannelEvent> _incoming = new();
    private Queue<ChannelEvent> _raising = new();

    /// <summary>Called under the lock.</summary>
    public bool IsEmpty => _incoming.Count == 0;

    /// <summary>Called under the lock.</summary>
    public void Add(ChannelEventKind kind, DataChannel channel) => _incoming.Enqueue(new ChannelEvent(kind, channel));

    /// <summary>Copies a message, whose bytes belong to the engine. Called under the lock.</summary>
    public void AddMessage(DataChannel channel, ReadOnlySpan<byte> message, bool isText)
    {
        byte[]? buffer = null;
        if (message.Length > 0)
        {
            buffer = ArrayPool<byte>.Shared.Rent(message.Length);
            message.CopyTo(buffer);
        }

        _incoming.Enqueue(new ChannelEvent(ChannelEventKind.Message, channel) { Buffer = buffer, Length = message.Length, IsText = isText });
    }

    /// <summary>
    /// Raises what has gathered, without the lock. Only one thread at a time may be in here. When a handler throws, the
    /// exception passes to the caller and the events behind it stay for the next call.
    /// </summary>
    public void Raise(Action<DataChannel> received)
    {
        while (true)
        {
            if (_raising.Count == 0)
            {
                lock (gate.Lock)
                    (_incoming, _raising) = (_raising, _incoming);
                if (_raising.Count == 0)
                    return;
            }

            while (_raising.TryDequeue(out var next))
                Raise(next, received);
        }
    }

    private static void Raise(ChannelEvent next, Action<DataChannel> received)
    {
        try
        {
            switch (next.Kind)
            {
                case ChannelEventKind.Received:
                    received(next.Channel);
                    break;
                case ChannelEventKind.Opened:
                    next.Channel.RaiseOpened();
                    break;
                case ChannelEventKind.Message:
                    next.Channel.RaiseMessage(next.Buffer.AsSpan(0, next.Length), next.IsText);
                    break;
                case ChannelEventKind.BufferedAmountLow:
                    next.Channel.RaiseBufferedAmountLow();
                    break;
                case ChannelEventKind.Closed:
                    next.Channel.RaiseClosed();
                    break;
            }
        }
        finally
        {
            if (next.Buffer is not null)
                ArrayPool<byte>.Shared.Return(next.Buffer);
        }
    }
}
