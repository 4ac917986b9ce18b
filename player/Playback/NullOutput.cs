using Peercast.Protocol.Chunks;
using Peercast.Protocol.Primitives;

namespace Peercast.Player.Playback;

/// <summary>Discards the media: what <c>seed</c> holds is for its neighbors only.</summary>
internal sealed class NullOutput : IMediaOutput
{
    private long _chunks;

    /// <summary>Chunks that came.</summary>
    public long Chunks => Interlocked.Read(ref _chunks);

    /// <inheritdoc/>
    public void OnInit(int initIndex, ReadOnlyMemory<byte> init)
    {
    }

    /// <inheritdoc/>
    public void OnChunk(ChunkInfo chunk, ReadOnlyMemory<byte> bytes) => Interlocked.Increment(ref _chunks);

    /// <inheritdoc/>
    public void OnSkip(ChunkRange lost)
    {
    }

    /// <inheritdoc/>
    public void OnEnd()
    {
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
