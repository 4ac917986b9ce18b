namespace Peercast.Player.Playback;

/// <summary>
/// The newest decoded picture, from the decoder's thread to the window's: three frames, so that neither ever waits for
/// the other or draws into what the other reads.
/// </summary>
internal sealed class FrameQueue
{
    private readonly Lock _gate = new();
    private VideoFrame? _write;
    private VideoFrame? _ready;
    private VideoFrame? _read;
    private bool _fresh;

    /// <summary>A new picture can be taken. Raised on the decoder's thread.</summary>
    public event Action? FrameReady;

    /// <summary>What the media's init segment says of the picture's size; null when it says nothing.</summary>
    public PictureShape? Shape { get; set; }

    /// <summary>Pictures that came due.</summary>
    public long Published { get; private set; }

    /// <summary>Pictures handed to the window.</summary>
    public long Taken { get; private set; }

    /// <summary>
    /// The visible part of a decoder's picture, which is padded to whole blocks: <see cref="Shape"/>'s size (turned, where
    /// the decoder turns it), or the decoder's own where the two do not fit.
    /// </summary>
    public (uint Width, uint Height) GetVisibleSize(uint width, uint height)
    {
        const uint MaxPadding = 64;
        if (Shape is not { } shape)
            return (width, height);
        foreach (var (w, h) in (ReadOnlySpan<(uint, uint)>)[((uint)shape.Width, (uint)shape.Height), ((uint)shape.Height, (uint)shape.Width)])
        {
            if (w <= width && width - w < MaxPadding && h <= height && height - h < MaxPadding)
                return (w, h);
        }

        return (width, height);
    }

    /// <summary>Pictures now have this size. The one on screen stays until the next is there.</summary>
    public void Configure(int width, int height)
    {
        lock (_gate)
        {
            _write = new VideoFrame(width, height);
            _ready = new VideoFrame(width, height);
            _fresh = false;
        }
    }

    /// <summary>The frame to draw into; null before <see cref="Configure"/>.</summary>
    public VideoFrame? BeginWrite()
    {
        lock (_gate)
            return _write;
    }

    /// <summary>The frame drawn into is the newest picture.</summary>
    public void Publish()
    {
        lock (_gate)
        {
            (_write, _ready) = (_ready, _write);
            _fresh = true;
            Published++;
        }

        FrameReady?.Invoke();
    }

    /// <summary>The newest picture, valid until the next call that returns true; false when it has been taken already.</summary>
    public bool TryTake(out VideoFrame? frame)
    {
        lock (_gate)
        {
            if (!_fresh || _ready is null)
            {
                frame = _read;
                return false;
            }

            var (width, height) = (_ready.Width, _ready.Height);
            (_read, _ready) = (_ready, _read);
            // The first frames of a size: what was on screen before has another one and cannot be drawn into again.
            if (_ready is null || _ready.Width != width || _ready.Height != height)
                _ready = new VideoFrame(width, height);
            _fresh = false;
            Taken++;
            frame = _read;
            return true;
        }
    }
}
