using System.Runtime.InteropServices;

namespace Peercast.Player.Native;

/// <summary>Owns an SDL_Window. Disposed by the thread that made it.</summary>
internal sealed class SdlWindowHandle() : SafeHandle(0, ownsHandle: true)
{
    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        LibSdl.DestroyWindow(handle);
        return true;
    }
}

/// <summary>Owns an SDL_Renderer. Disposed before its window.</summary>
internal sealed class SdlRendererHandle() : SafeHandle(0, ownsHandle: true)
{
    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        LibSdl.DestroyRenderer(handle);
        return true;
    }
}

/// <summary>Owns an SDL_Texture. Disposed before its renderer.</summary>
internal sealed class SdlTextureHandle() : SafeHandle(0, ownsHandle: true)
{
    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        LibSdl.DestroyTexture(handle);
        return true;
    }
}
