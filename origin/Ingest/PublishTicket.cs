using Peercast.Origin.Channels;

namespace Peercast.Origin.Ingest;

/// <summary>The place of a channel's one publisher. Dispose it when the publisher is gone.</summary>
internal sealed class PublishTicket(Channel channel, ChannelIngest ingest) : IDisposable
{
    private int _disposed;

    /// <summary>The channel.</summary>
    public Channel Channel { get; } = channel;

    /// <summary>Feeds the channel until the source ends. See <see cref="ChannelIngest.RunAsync(IMediaSource, CancellationToken)"/>.</summary>
    /// <exception cref="IngestException">The source is no video, or ffmpeg cannot read it; the message is for the publisher.</exception>
    public Task RunAsync(IMediaSource source, CancellationToken cancellation) => ingest.RunAsync(source, cancellation);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            Channel.EndPublishing();
        }
    }
}
