using Peercast.Player.Native;
using Peercast.Player.Playback;

namespace Peercast.Player.Window;

/// <summary>Draws frames and text into an SDL window: by the graphics card where there is one, in software elsewhere.</summary>
internal sealed unsafe class SdlRenderer : IDisposable
{
    private readonly SdlWindowHandle _window;
    private SdlRendererHandle _renderer;
    private SdlTextureHandle? _picture;
    private SdlTextureHandle? _font;
    private (int Width, int Height) _pictureSize;
    private bool _stale;

    /// <summary>For this window.</summary>
    /// <exception cref="PlayerException">SDL has no renderer that works here.</exception>
    public SdlRenderer(SdlWindowHandle window)
    {
        _window = window;
        LibSdl.SetYuvConversionMode(LibSdl.YuvConversionAutomatic);
        _renderer = Create();
    }

    /// <summary>The graphics device has forgotten what it held: everything is uploaded anew.</summary>
    public void Reset()
    {
        _picture?.Dispose();
        _font?.Dispose();
        _renderer.Dispose();
        (_picture, _font, _stale) = (null, null, true);
        _renderer = Create();
    }

    /// <summary>See <see cref="IWindow.Draw"/>.</summary>
    public void Draw(VideoFrame? frame, bool isNew, PictureShape? shape, IReadOnlyList<TextBox> texts)
    {
        LibSdl.SetRenderDrawColor(_renderer, 0, 0, 0, 255);
        LibSdl.RenderClear(_renderer);
        LibSdl.GetRendererOutputSize(_renderer, out var width, out var height);
        if (frame is not null)
            DrawPicture(frame, isNew, shape, width, height);
        foreach (var text in texts)
            DrawText(text, width, height);
        LibSdl.RenderPresent(_renderer);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _picture?.Dispose();
        _font?.Dispose();
        _renderer.Dispose();
    }

    private SdlRendererHandle Create()
    {
        foreach (var flags in (ReadOnlySpan<uint>)[LibSdl.RendererAccelerated, LibSdl.RendererSoftware])
        {
            var renderer = LibSdl.CreateRenderer(_window, -1, flags);
            if (!renderer.IsInvalid)
                return renderer;
            renderer.Dispose();
        }

        throw new PlayerException(
            ExitCode.MissingDependency,
            $"SDL cannot draw on this display ({LibSdl.LastError()}): use \"peercast serve\" with another player.");
    }

    private void DrawPicture(VideoFrame frame, bool isNew, PictureShape? shape, int width, int height)
    {
        if (_picture is null || _pictureSize != (frame.Width, frame.Height))
        {
            _picture?.Dispose();
            LibSdl.SetHint("SDL_RENDER_SCALE_QUALITY", "linear");
            _picture = LibSdl.CreateTexture(
                _renderer, LibSdl.PixelFormatIyuv, LibSdl.TextureAccessStreaming, frame.Width, frame.Height);
            _pictureSize = (frame.Width, frame.Height);
            _stale = true;
        }

        if (isNew || _stale)
        {
            LibSdl.UpdateYuvTexture(
                _picture, 0, frame.Plane(0), frame.PitchY, frame.Plane(1), frame.PitchC, frame.Plane(2), frame.PitchC);
            _stale = false;
        }

        var source = new LibSdl.Rect { Width = frame.Width, Height = frame.Height };
        var aspect = (double)frame.Width / frame.Height * (shape?.PixelAspect ?? 1);
        LibSdl.RenderCopy(_renderer, _picture, source, Letterbox.Fit(aspect, width, height));
    }

    private void DrawText(TextBox box, int width, int height)
    {
        var cells = box.Lines.Count == 0 ? 0 : box.Lines.Max(l => l.Length);
        if (cells == 0)
            return;
        _font ??= CreateFont();
        // Readable from a chair: a line is about a thirtieth of the picture, and always whole pixels.
        var scale = Math.Max(1, (int)Math.Round(height / (30.0 * BitmapFont.CellHeight)));
        while (scale > 1 && (cells + 4) * BitmapFont.CellWidth * scale > width)
            scale--;
        var padding = 4 * scale;
        var area = new LibSdl.Rect
        {
            Width = (cells * BitmapFont.CellWidth * scale) + (2 * padding),
            Height = (box.Lines.Count * BitmapFont.CellHeight * scale) + (2 * padding),
        };
        (area.X, area.Y) = box.Place switch
        {
            TextPlace.TopLeft => (3 * padding, 3 * padding),
            TextPlace.Center => ((width - area.Width) / 2, (height - area.Height) / 2),
            _ => ((width - area.Width) / 2, height - area.Height - (6 * padding)),
        };
        LibSdl.SetRenderDrawBlendMode(_renderer, LibSdl.BlendModeBlend);
        LibSdl.SetRenderDrawColor(_renderer, 0, 0, 0, 176);
        LibSdl.RenderFillRect(_renderer, area);
        for (var line = 0; line < box.Lines.Count; line++)
        {
            for (var i = 0; i < box.Lines[line].Length; i++)
            {
                var source = new LibSdl.Rect
                {
                    X = BitmapFont.IndexOf(box.Lines[line][i]) * BitmapFont.CellWidth,
                    Width = BitmapFont.CellWidth,
                    Height = BitmapFont.CellHeight,
                };
                var target = new LibSdl.Rect
                {
                    X = area.X + padding + (i * BitmapFont.CellWidth * scale),
                    Y = area.Y + padding + (line * BitmapFont.CellHeight * scale),
                    Width = BitmapFont.CellWidth * scale,
                    Height = BitmapFont.CellHeight * scale,
                };
                LibSdl.RenderCopy(_renderer, _font, source, target);
            }
        }
    }

    private SdlTextureHandle CreateFont()
    {
        LibSdl.SetHint("SDL_RENDER_SCALE_QUALITY", "nearest");
        var width = BitmapFont.Count * BitmapFont.CellWidth;
        var font = LibSdl.CreateTexture(
            _renderer, LibSdl.PixelFormatArgb8888, LibSdl.TextureAccessStatic, width, BitmapFont.CellHeight);
        fixed (uint* pixels = BitmapFont.Render())
            LibSdl.UpdateTexture(font, 0, pixels, width * sizeof(uint));
        LibSdl.SetTextureBlendMode(font, LibSdl.BlendModeBlend);
        return font;
    }
}
