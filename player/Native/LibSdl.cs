using System.Runtime.InteropServices;

namespace Peercast.Player.Native;

/// <summary>The functions of SDL 2 that the window uses, as <c>SDL2/SDL_*.h</c> declares them.</summary>
/// <remarks>Every import here is checked against the installed library's symbols by a test.</remarks>
internal static unsafe partial class LibSdl
{
    /// <summary>The name that <see cref="NativeComponent"/> resolves.</summary>
    public const string Library = "SDL2";

    public const uint InitVideo = 0x20;
    public const int WindowPositionCentered = 0x2FFF0000;
    public const uint WindowResizable = 0x20;
    public const uint WindowFullScreenDesktop = 0x1001;
    public const uint WindowAllowHighDpi = 0x2000;
    public const uint RendererSoftware = 1;
    public const uint RendererAccelerated = 2;
    public const int TextureAccessStatic = 0;
    public const int TextureAccessStreaming = 1;
    public const int BlendModeBlend = 1;
    public const int YuvConversionAutomatic = 3;

    /// <summary>SDL_PIXELFORMAT_IYUV: planes Y, U, V.</summary>
    public const uint PixelFormatIyuv = 0x56555949;

    /// <summary>SDL_PIXELFORMAT_ARGB8888.</summary>
    public const uint PixelFormatArgb8888 = 0x16362004;

    public const uint EventQuit = 0x100;
    public const uint EventWindow = 0x200;
    public const uint EventKeyDown = 0x300;
    public const uint EventMouseButtonDown = 0x401;
    public const uint EventRenderTargetsReset = 0x2000;
    public const uint EventRenderDeviceReset = 0x2001;
    public const byte WindowEventClose = 14;

    /// <summary>SDL_Event: 56 bytes, of which the window reads the type and a key's or a window event's fields.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 56)]
    public struct Event
    {
        [FieldOffset(0)]
        public uint Type;

        /// <summary>Of a window event.</summary>
        [FieldOffset(12)]
        public byte WindowEvent;

        /// <summary>Of a key event: 0 for the first press, more for the repeats of a held key.</summary>
        [FieldOffset(13)]
        public byte Repeat;

        /// <summary>Of a key event: SDL_Keycode.</summary>
        [FieldOffset(20)]
        public int KeyCode;

        /// <summary>Of a key event: shift, control and so on.</summary>
        [FieldOffset(24)]
        public ushort KeyModifiers;

        /// <summary>Of a mouse button event.</summary>
        [FieldOffset(18)]
        public byte Clicks;
    }

    /// <summary>SDL_Rect.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Rect
    {
        public int X;
        public int Y;
        public int Width;
        public int Height;
    }

    [LibraryImport(Library, EntryPoint = "SDL_SetHint", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SetHint(string name, string value);

    [LibraryImport(Library, EntryPoint = "SDL_InitSubSystem")]
    public static partial int InitSubSystem(uint flags);

    [LibraryImport(Library, EntryPoint = "SDL_QuitSubSystem")]
    public static partial void QuitSubSystem(uint flags);

    [LibraryImport(Library, EntryPoint = "SDL_GetError")]
    public static partial nint GetError();

    [LibraryImport(Library, EntryPoint = "SDL_GetCurrentVideoDriver")]
    public static partial nint GetCurrentVideoDriver();

    [LibraryImport(Library, EntryPoint = "SDL_CreateWindow", StringMarshalling = StringMarshalling.Utf8)]
    public static partial SdlWindowHandle CreateWindow(string title, int x, int y, int width, int height, uint flags);

    [LibraryImport(Library, EntryPoint = "SDL_DestroyWindow")]
    public static partial void DestroyWindow(nint window);

    [LibraryImport(Library, EntryPoint = "SDL_SetWindowTitle", StringMarshalling = StringMarshalling.Utf8)]
    public static partial void SetWindowTitle(SdlWindowHandle window, string title);

    [LibraryImport(Library, EntryPoint = "SDL_SetWindowSize")]
    public static partial void SetWindowSize(SdlWindowHandle window, int width, int height);

    [LibraryImport(Library, EntryPoint = "SDL_SetWindowMinimumSize")]
    public static partial void SetWindowMinimumSize(SdlWindowHandle window, int width, int height);

    [LibraryImport(Library, EntryPoint = "SDL_SetWindowPosition")]
    public static partial void SetWindowPosition(SdlWindowHandle window, int x, int y);

    [LibraryImport(Library, EntryPoint = "SDL_SetWindowFullscreen")]
    public static partial int SetWindowFullScreen(SdlWindowHandle window, uint flags);

    [LibraryImport(Library, EntryPoint = "SDL_GetWindowDisplayIndex")]
    public static partial int GetWindowDisplayIndex(SdlWindowHandle window);

    [LibraryImport(Library, EntryPoint = "SDL_GetDisplayUsableBounds")]
    public static partial int GetDisplayUsableBounds(int display, out Rect bounds);

    [LibraryImport(Library, EntryPoint = "SDL_DisableScreenSaver")]
    public static partial void DisableScreenSaver();

    [LibraryImport(Library, EntryPoint = "SDL_ShowCursor")]
    public static partial int ShowCursor(int toggle);

    [LibraryImport(Library, EntryPoint = "SDL_CreateRenderer")]
    public static partial SdlRendererHandle CreateRenderer(SdlWindowHandle window, int index, uint flags);

    [LibraryImport(Library, EntryPoint = "SDL_DestroyRenderer")]
    public static partial void DestroyRenderer(nint renderer);

    [LibraryImport(Library, EntryPoint = "SDL_GetRendererOutputSize")]
    public static partial int GetRendererOutputSize(SdlRendererHandle renderer, out int width, out int height);

    [LibraryImport(Library, EntryPoint = "SDL_SetRenderDrawColor")]
    public static partial int SetRenderDrawColor(SdlRendererHandle renderer, byte red, byte green, byte blue, byte alpha);

    [LibraryImport(Library, EntryPoint = "SDL_SetRenderDrawBlendMode")]
    public static partial int SetRenderDrawBlendMode(SdlRendererHandle renderer, int mode);

    [LibraryImport(Library, EntryPoint = "SDL_RenderClear")]
    public static partial int RenderClear(SdlRendererHandle renderer);

    [LibraryImport(Library, EntryPoint = "SDL_RenderFillRect")]
    public static partial int RenderFillRect(SdlRendererHandle renderer, in Rect rectangle);

    [LibraryImport(Library, EntryPoint = "SDL_RenderCopy")]
    public static partial int RenderCopy(SdlRendererHandle renderer, SdlTextureHandle texture, in Rect source, in Rect target);

    [LibraryImport(Library, EntryPoint = "SDL_RenderPresent")]
    public static partial void RenderPresent(SdlRendererHandle renderer);

    [LibraryImport(Library, EntryPoint = "SDL_CreateTexture")]
    public static partial SdlTextureHandle CreateTexture(SdlRendererHandle renderer, uint format, int access, int width, int height);

    [LibraryImport(Library, EntryPoint = "SDL_DestroyTexture")]
    public static partial void DestroyTexture(nint texture);

    [LibraryImport(Library, EntryPoint = "SDL_SetTextureBlendMode")]
    public static partial int SetTextureBlendMode(SdlTextureHandle texture, int mode);

    [LibraryImport(Library, EntryPoint = "SDL_UpdateTexture")]
    public static partial int UpdateTexture(SdlTextureHandle texture, nint rectangle, void* pixels, int pitch);

    [LibraryImport(Library, EntryPoint = "SDL_UpdateYUVTexture")]
    public static partial int UpdateYuvTexture(
        SdlTextureHandle texture, nint rectangle, byte* y, int pitchY, byte* u, int pitchU, byte* v, int pitchV);

    [LibraryImport(Library, EntryPoint = "SDL_SetYUVConversionMode")]
    public static partial void SetYuvConversionMode(int mode);

    [LibraryImport(Library, EntryPoint = "SDL_RegisterEvents")]
    public static partial uint RegisterEvents(int count);

    [LibraryImport(Library, EntryPoint = "SDL_PushEvent")]
    public static partial int PushEvent(ref Event @event);

    [LibraryImport(Library, EntryPoint = "SDL_PollEvent")]
    public static partial int PollEvent(out Event @event);

    [LibraryImport(Library, EntryPoint = "SDL_WaitEventTimeout")]
    public static partial int WaitEventTimeout(out Event @event, int milliseconds);

    /// <summary>The text of the calling thread's last error.</summary>
    public static string LastError() => Marshal.PtrToStringUTF8(GetError()) is { Length: > 0 } text ? text : "no reason given";
}
