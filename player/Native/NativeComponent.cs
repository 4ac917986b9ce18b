using System.Reflection;
using System.Runtime.InteropServices;

namespace Peercast.Player.Native;

/// <summary>
/// The native libraries of the player, found under the names that each system gives them. A missing one is a
/// <see cref="PlayerException"/> that says what to install, and only where it is first needed: recording, serving and
/// seeding run without any of them.
/// </summary>
internal sealed class NativeComponent
{
    /// <summary>libvlc 3: decodes, keeps the clock and plays the sound.</summary>
    public static NativeComponent Vlc { get; } = new(
        LibVlc.Library,
        "libvlc 3",
        ["libvlc.so.5", "libvlc.dylib", "libvlc.dll"],
        "on Debian or Ubuntu: sudo apt install libvlc5 vlc-plugin-base; on another system install VLC 3");

    /// <summary>SDL 2: the window and its keys.</summary>
    public static NativeComponent Sdl { get; } = new(
        LibSdl.Library,
        "SDL 2",
        ["libSDL2-2.0.so.0", "libSDL2-2.0.0.dylib", "SDL2.dll"],
        "on Debian or Ubuntu: sudo apt install libsdl2-2.0-0; on another system install SDL 2");

    private static readonly NativeComponent[] _all = [Vlc, Sdl];

    private readonly string _library;
    private readonly string _name;
    private readonly string[] _fileNames;
    private readonly string _remedy;
    private readonly Lazy<nint> _handle;

    /// <summary>Describes a library. Internal to this class but for tests.</summary>
    internal NativeComponent(string library, string name, string[] fileNames, string remedy)
    {
        _library = library;
        _name = name;
        _fileNames = fileNames;
        _remedy = remedy;
        _handle = new Lazy<nint>(Load);
    }

    /// <summary>The loaded library.</summary>
    /// <exception cref="PlayerException">It is not installed.</exception>
    public nint Require() =>
        _handle.Value is not 0 and var handle
            ? handle
            : throw new PlayerException(
                ExitCode.MissingDependency,
                $"{_name} is not installed ({string.Join(", ", _fileNames)}): {_remedy}; \"peercast record\" and \"peercast serve\" work without it.");

    /// <summary>Makes the imports of this assembly find the libraries. Called once, before the first import.</summary>
    [System.Runtime.CompilerServices.ModuleInitializer]
    [System.Diagnostics.CodeAnalysis.SuppressMessage(
        "Usage", "CA2255:The 'ModuleInitializer' attribute should not be used in libraries", Justification = "This is an application.")]
    internal static void RegisterResolver() =>
        NativeLibrary.SetDllImportResolver(typeof(NativeComponent).Assembly, Resolve);

    private static nint Resolve(string library, Assembly assembly, DllImportSearchPath? path)
    {
        foreach (var component in _all)
        {
            if (component._library == library)
                return component.Require();
        }

        return 0;
    }

    private nint Load()
    {
        foreach (var fileName in _fileNames)
        {
            if (NativeLibrary.TryLoad(fileName, out var handle))
                return handle;
        }

        return 0;
    }
}
