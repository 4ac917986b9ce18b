using System.Threading.Channels;

namespace Peercast.Player.Serving;

/// <summary>One reader of the endless MP4. Sending never waits: a reader that falls far behind is dropped.</summary>
/// <param name="onDropped">Ends the reader's connection, whose write may be waiting.</param>
internal sealed class StreamClient(Action onDropped)
{
    /// <summary>How many bytes may wait for a slow reader.</summary>
    public const long MaxQueuedBytes = 16 * 1024 * 1024;

    private readonly Channel<ReadOnlyMemory<byte>> _queue =
        Channel.CreateUnbounded<ReadOnlyMemory<byte>>(new UnboundedChannelOptions { SingleReader = true });

    private long _queued;

    /// <summary>Nothing more is sent: the stream is complete, or it <see cref="IsTooSlow"/>.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>It was dropped because it did not read.</summary>
    public bool IsTooSlow { get; private set; }

    /// <summary>Queues bytes, or drops the client.</summary>
    public void Send(ReadOnlyMemory<byte> bytes)
    {
        if (IsClosed)
            return;
        if (Interlocked.Add(ref _queued, bytes.Length) > MaxQueuedBytes)
        {
            IsTooSlow = true;
            Complete();
            onDropped();
            return;
        }

        _queue.Writer.TryWrite(bytes);
    }

    /// <summary>Nothing follows.</summary>
    public void Complete()
    {
        IsClosed = true;
        _queue.Writer.TryComplete();
    }

    /// <summary>What was sent, as it comes; ends after <see cref="Complete"/>, at once for a client that was dropped.</summary>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAllAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var bytes in _queue.Reader.ReadAllAsync(ct))
        {
            if (IsTooSlow)
                yield break;
            yield return bytes;
            Interlocked.Add(ref _queued, -bytes.Length);
        }
    }
}
