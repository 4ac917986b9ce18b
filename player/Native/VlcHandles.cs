using System.Runtime.InteropServices;

namespace Peercast.Player.Native;

/// <summary>Owns a libvlc_instance_t.</summary>
internal sealed class VlcInstanceHandle() : SafeHandle(0, ownsHandle: true)
{
    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>An instance with these options.</summary>
    /// <exception cref="PlayerException">libvlc is missing, or has no plugins.</exception>
    public static unsafe VlcInstanceHandle Create(IReadOnlyList<string> options)
    {
        NativeComponent.Vlc.Require();
        var argv = stackalloc byte*[options.Count];
        var instance = new VlcInstanceHandle();
        try
        {
            for (var i = 0; i < options.Count; i++)
                argv[i] = (byte*)Marshal.StringToCoTaskMemUTF8(options[i]);
            instance.SetHandle(LibVlc.New(options.Count, argv));
        }
        finally
        {
            for (var i = 0; i < options.Count; i++)
                Marshal.FreeCoTaskMem((nint)argv[i]);
        }

        if (!instance.IsInvalid)
            return instance;
        instance.Dispose();
        throw new PlayerException(
            ExitCode.MissingDependency,
            "libvlc is installed but does not start, most often because its plugins are missing: on Debian or Ubuntu: sudo apt install vlc-plugin-base.");
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        LibVlc.Release(handle);
        return true;
    }
}

/// <summary>Owns a libvlc_media_t.</summary>
internal sealed class VlcMediaHandle() : SafeHandle(0, ownsHandle: true)
{
    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        LibVlc.MediaRelease(handle);
        return true;
    }
}

/// <summary>Owns a libvlc_media_player_t.</summary>
internal sealed class VlcPlayerHandle() : SafeHandle(0, ownsHandle: true)
{
    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        LibVlc.PlayerRelease(handle);
        return true;
    }
}
