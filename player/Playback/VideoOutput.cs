using Peercast.Player.Media;
using Peercast.Protocol.Chunks;
using Peercast.Protocol.Primitives;

namespace Peercast.Player.Playback;

/// <summary>
/// From the session to an <see cref="IVideoPlayer"/>. A source ends, and the next one begins, where a decoder must start
/// anew: at new codec parameters, at a restart of the ingest, and at a seek.
/// </summary>
internal sealed class VideoOutput : IMediaOutput, IPartSink
{
    private readonly IVideoPlayer _player;
    private readonly PartAssembler _assembler;
    private ReadOnlyMemory<byte> _init;
    private MediaPipe? _pipe;

    /// <summary>Feeds <paramref name="player"/>, which the caller disposes after this.</summary>
    public VideoOutput(IVideoPlayer player)
    {
        _player = player;
        _assembler = new PartAssembler(this);
    }

    /// <inheritdoc/>
    public void OnInit(int initIndex, ReadOnlyMemory<byte> init) => _assembler.Init(init);

    /// <inheritdoc/>
    public void OnChunk(ChunkInfo chunk, ReadOnlyMemory<byte> bytes) => _assembler.Add(chunk, bytes);

    /// <inheritdoc/>
    public void OnSkip(ChunkRange lost) => _assembler.Skip(lost);

    /// <inheritdoc/>
    public void OnEnd() => _assembler.End();

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _pipe?.Abort();
        return ValueTask.CompletedTask;
    }

    void IPartSink.OnInit(ReadOnlyMemory<byte> init)
    {
        if (_init.Span.SequenceEqual(init.Span))
            return;
        _init = init;
        Close();
    }

    void IPartSink.OnPart(MediaPart part)
    {
        if (_init.IsEmpty)
            return;
        if (part.Discontinuity)
            Close();
        if (_pipe is null)
        {
            // A decoder that starts on anything but a keyframe shows gray until the next one.
            if (!part.StartsSegment)
                return;
            _pipe = new MediaPipe { Shape = InitSegment.TryParse(_init, out var parsed) ? parsed!.Picture : null };
            _pipe.WriteInit(_init);
            _pipe.WritePart(part.Bytes, part.StartsSegment);
            _player.Enqueue(_pipe);
            return;
        }

        _pipe.WritePart(part.Bytes, part.StartsSegment);
    }

    void IPartSink.OnGap()
    {
        // libvlc plays over it, and shows more of the segment than waiting for the next keyframe would.
    }

    void IPartSink.OnJump()
    {
        _pipe?.Abort();
        _pipe = null;
    }

    void IPartSink.OnEnd()
    {
        Close();
        _player.EndOfSources();
    }

    private void Close()
    {
        _pipe?.Complete();
        _pipe = null;
    }
}
