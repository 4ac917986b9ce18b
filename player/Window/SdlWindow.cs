using System.Runtime.InteropServices;
using Peercast.Player.Native;
using Peercast.Player.Playback;

namespace Peercast.Player.Window;

/// <summary>An SDL 2 window: X11, Wayland or whatever the system has.</summary>
internal sealed class SdlWindow : IWindow
{
    private const int MinInitialHeight = 480;
    private const int ShiftModifier = 0x3;
    private const int ControlAltModifiers = 0x3C0;

    private readonly SdlWindowHandle _window;
    private readonly SdlRenderer _renderer;
    private readonly uint _wakeEvent;
    private int _wakePending;
    private bool _fullScreen;
    private volatile bool _disposed;

    /// <summary>Opens a window in the middle of the screen.</summary>
    /// <exception cref="PlayerException">SDL is not installed, or there is no display.</exception>
    public SdlWindow(string title, int width, int height)
    {
        NativeComponent.Sdl.Require();
        // Ctrl+C is the command's: SDL would take it away.
        LibSdl.SetHint("SDL_NO_SIGNAL_HANDLERS", "1");
        // The desktop may keep its compositor; a video in a window is no game.
        LibSdl.SetHint("SDL_VIDEO_X11_NET_WM_BYPASS_COMPOSITOR", "0");
        if (LibSdl.InitSubSystem(LibSdl.InitVideo) != 0)
            throw NoDisplay(LibSdl.LastError());
        try
        {
            CheckDriver();
            _window = LibSdl.CreateWindow(
                title,
                LibSdl.WindowPositionCentered,
                LibSdl.WindowPositionCentered,
                width,
                height,
                LibSdl.WindowResizable | LibSdl.WindowAllowHighDpi);
            if (_window.IsInvalid)
                throw NoDisplay(LibSdl.LastError());
            LibSdl.SetWindowMinimumSize(_window, 160, 90);
            LibSdl.DisableScreenSaver();
            _wakeEvent = LibSdl.RegisterEvents(1);
            _renderer = new SdlRenderer(_window);
        }
        catch
        {
            _window?.Dispose();
            LibSdl.QuitSubSystem(LibSdl.InitVideo);
            throw;
        }
    }

    /// <inheritdoc/>
    public string Title
    {
        set => LibSdl.SetWindowTitle(_window, value);
    }

    /// <inheritdoc/>
    public bool IsFullScreen
    {
        get => _fullScreen;
        set
        {
            if (LibSdl.SetWindowFullScreen(_window, value ? LibSdl.WindowFullScreenDesktop : 0) != 0)
                return;
            _fullScreen = value;
            _ = LibSdl.ShowCursor(value ? 0 : 1);
        }
    }

    /// <inheritdoc/>
    public WindowInput Wait(TimeSpan timeout, out PlayerAction action)
    {
        action = PlayerAction.None;
        if (LibSdl.WaitEventTimeout(out var input, (int)timeout.TotalMilliseconds) == 0)
            return WindowInput.None;
        // Of everything that only asks for drawing, once is enough.
        var redraw = false;
        do
        {
            switch (Translate(input, out action))
            {
                case WindowInput.Closed:
                    return WindowInput.Closed;
                case WindowInput.Action:
                    return WindowInput.Action;
                case WindowInput.Redraw:
                    redraw = true;
                    break;
            }
        }
        while (LibSdl.PollEvent(out input) != 0);
        return redraw ? WindowInput.Redraw : WindowInput.None;
    }

    /// <inheritdoc/>
    public void Wake()
    {
        if (_disposed || Interlocked.Exchange(ref _wakePending, 1) != 0)
            return;
        var wake = new LibSdl.Event { Type = _wakeEvent };
        LibSdl.PushEvent(ref wake);
    }

    /// <inheritdoc/>
    public void FitTo(PictureShape shape)
    {
        if (_fullScreen)
            return;
        // A postage stamp helps nobody.
        var height = Math.Max(MinInitialHeight, (double)shape.Height);
        var width = height * shape.Aspect;
        var display = LibSdl.GetWindowDisplayIndex(_window);
        if (display >= 0 && LibSdl.GetDisplayUsableBounds(display, out var bounds) == 0)
        {
            const double Share = 0.9;
            var shrink = Math.Min(1, Math.Min(bounds.Width * Share / width, bounds.Height * Share / height));
            (width, height) = (width * shrink, height * shrink);
        }

        LibSdl.SetWindowSize(_window, (int)Math.Round(width), (int)Math.Round(height));
        LibSdl.SetWindowPosition(_window, LibSdl.WindowPositionCentered, LibSdl.WindowPositionCentered);
    }

    /// <inheritdoc/>
    public void Draw(VideoFrame? frame, bool isNew, PictureShape? shape, IReadOnlyList<TextBox> texts) =>
        _renderer.Draw(frame, isNew, shape, texts);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _renderer.Dispose();
        _window.Dispose();
        LibSdl.QuitSubSystem(LibSdl.InitVideo);
    }

    private static PlayerException NoDisplay(string reason) => new(
        ExitCode.MissingDependency,
        $"No window can be opened ({reason}): run it on a desktop (DISPLAY or WAYLAND_DISPLAY set), or use \"peercast serve\" with another player.");

    /// <summary>Finds out before anything else that no window can be opened: the libraries that SDL asks would write lines of their own.</summary>
    /// <exception cref="PlayerException">There is no display.</exception>
    public static void RequireDisplay()
    {
        string[] variables = ["DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER"];
        if (OperatingSystem.IsLinux() && Array.TrueForAll(variables, v => string.IsNullOrEmpty(Environment.GetEnvironmentVariable(v))))
            throw NoDisplay("no display found");
    }

    /// <summary>Where there is no display, SDL falls back to drivers that draw where nobody can see it.</summary>
    private static void CheckDriver()
    {
        var driver = Marshal.PtrToStringUTF8(LibSdl.GetCurrentVideoDriver());
        if (driver is "offscreen" or "dummy" or "evdev" && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("SDL_VIDEODRIVER")))
            throw NoDisplay("no display found");
    }

    private WindowInput Translate(in LibSdl.Event input, out PlayerAction action)
    {
        action = PlayerAction.None;
        switch (input.Type)
        {
            case LibSdl.EventQuit:
                return WindowInput.Closed;
            case LibSdl.EventWindow:
                return input.WindowEvent == LibSdl.WindowEventClose ? WindowInput.Closed : WindowInput.Redraw;
            case LibSdl.EventRenderTargetsReset or LibSdl.EventRenderDeviceReset:
                _renderer.Reset();
                return WindowInput.Redraw;
            case LibSdl.EventMouseButtonDown when input.Clicks == 2:
                action = PlayerAction.ToggleFullScreen;
                return WindowInput.Action;
            case LibSdl.EventKeyDown:
                action = FromKey(input);
                return action == PlayerAction.None ? WindowInput.None : WindowInput.Action;
            default:
                if (input.Type != _wakeEvent)
                    return WindowInput.None;
                Volatile.Write(ref _wakePending, 0);
                return WindowInput.Redraw;
        }
    }

    private static PlayerAction FromKey(in LibSdl.Event key)
    {
        const int ScanCodeMask = 1 << 30;
        if ((key.KeyModifiers & ControlAltModifiers) != 0)
            return PlayerAction.None;
        var action = key.KeyCode switch
        {
            ScanCodeMask | 79 => PlayerAction.SeekForward,
            ScanCodeMask | 80 => PlayerAction.SeekBack,
            ScanCodeMask | 81 => PlayerAction.VolumeDown,
            ScanCodeMask | 82 => PlayerAction.VolumeUp,
            'u' when (key.KeyModifiers & ShiftModifier) != 0 => PlayerAction.UploadLimitUp,
            > 0 and < 128 => KeyBindings.FromCharacter((char)key.KeyCode),
            _ => PlayerAction.None,
        };
        // A held key goes on turning the volume, but does not flicker between two states.
        return key.Repeat != 0 && action is not (PlayerAction.VolumeUp or PlayerAction.VolumeDown or PlayerAction.SeekBack or PlayerAction.SeekForward)
            ? PlayerAction.None
            : action;
    }
}
