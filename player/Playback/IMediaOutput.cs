using Peercast.Protocol.Chunks;
using Peercast.Protocol.Primitives;

namespace Peercast.Player.Playback;

/// <summary>
/// Where the media of a session goes: a window, a file, a local HTTP endpoint, or nowhere. It receives the rendition's
/// fragmented MP4 in order.
/// </summary>
/// <remarks>
/// Called by one thread at a time, from the session's driver: an implementation returns at once and never blocks on
/// what reads it. A chunk id that neither follows the one before nor a reported loss means that the viewer has sought.
/// </remarks>
internal interface IMediaOutput : IAsyncDisposable
{
    /// <summary>The init segment, before the first chunk and again where the codec parameters change.</summary>
    void OnInit(int initIndex, ReadOnlyMemory<byte> init);

    /// <summary>
    /// The next chunk, verified. A part arrives as one or more chunks, the last of which carries
    /// <see cref="ChunkFlags.EndOfPart"/>. The memory stays valid and unchanged.
    /// </summary>
    void OnChunk(ChunkInfo chunk, ReadOnlyMemory<byte> bytes);

    /// <summary>These chunks will not come; the next one follows behind them.</summary>
    void OnSkip(ChunkRange lost);

    /// <summary>The recorded channel is complete: nothing follows, unless the viewer seeks.</summary>
    void OnEnd();
}
