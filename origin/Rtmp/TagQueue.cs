using System.Threading.Channels;

namespace Peercast.Origin.Rtmp;

/// <summary>Tags on their way from the publisher's connection to ffmpeg: one writer, one reader, bounded by bytes.</summary>
/// <param name="maxBytes">The writer waits above this.</param>
internal sealed class TagQueue(int maxBytes) : IDisposable
{
    // What a tag costs besides its body: empty ones must count too.
    private const int Overhead = 64;

    private readonly Channel<FlvTag> _tags = Channel.CreateUnbounded<FlvTag>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
    private readonly SemaphoreSlim _room = new(0, 1);
    private long _bytes;

    /// <summary>Adds a tag, then waits until the queue is no longer too long.</summary>
    public async ValueTask WriteAsync(FlvTag tag, CancellationToken cancellation)
    {
        Interlocked.Add(ref _bytes, tag.Body.Length + Overhead);
        if (!_tags.Writer.TryWrite(tag))
        {
            throw new InvalidOperationException("The queue has been completed.");
        }

        while (Interlocked.Read(ref _bytes) > maxBytes)
        {
            await _room.WaitAsync(cancellation);
        }
    }

    /// <summary>No more tags will come.</summary>
    public void Complete() => _tags.Writer.TryComplete();

    /// <summary>Takes the next tag; <see langword="null"/>: there will be no more.</summary>
    public async ValueTask<FlvTag?> ReadAsync(CancellationToken cancellation)
    {
        FlvTag tag;
        while (!_tags.Reader.TryRead(out tag))
        {
            if (!await _tags.Reader.WaitToReadAsync(cancellation))
            {
                return null;
            }
        }

        Interlocked.Add(ref _bytes, -(tag.Body.Length + Overhead));
        if (_room.CurrentCount == 0)
        {
            _room.Release();
        }

        return tag;
    }

    /// <inheritdoc/>
    public void Dispose() => _room.Dispose();
}
