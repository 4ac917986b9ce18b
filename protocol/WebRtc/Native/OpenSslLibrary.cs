using System.Reflection;
using System.Runtime.InteropServices;

namespace Peercast.WebRtc.Native;

/// <summary>
/// Finds the two libraries of OpenSSL 3 under the names that the platforms give them, and says what to install
/// where there are none.
/// </summary>
internal static class OpenSslLibrary
{
    /// <summary>The name that the imports of libssl carry.</summary>
    public const string Ssl = "libssl";

    /// <summary>The name that the imports of libcrypto carry.</summary>
    public const string Crypto = "libcrypto";

    private static readonly Lock Gate = new();
    private static bool _resolverInstalled;

    /// <summary>Loads both libraries, so that the first import cannot fail.</summary>
    /// <exception cref="OpenSslMissingException">One of them is missing or older than 3.0.</exception>
    public static void EnsureLoaded()
    {
        lock (Gate)
        {
            if (!_resolverInstalled)
            {
                NativeLibrary.SetDllImportResolver(typeof(OpenSslLibrary).Assembly, Resolve);
                _resolverInstalled = true;
            }
        }

        Require(NamesOf);
    }

    /// <summary>Loads both libraries by the names that are given.</summary>
    /// <exception cref="OpenSslMissingException">One of them has none that can be loaded.</exception>
    internal static void Require(Func<string, string[]> namesOf)
    {
        foreach (string library in (string[])[Crypto, Ssl])
        {
            if (!TryLoad(library, namesOf, out _))
            {
                throw Missing(library, namesOf(library));
            }
        }
    }

    /// <summary>Tries the names of a library in order.</summary>
    internal static bool TryLoad(string library, Func<string, string[]> namesOf, out nint handle)
    {
        foreach (string name in namesOf(library))
        {
            if (NativeLibrary.TryLoad(name, typeof(OpenSslLibrary).Assembly, searchPath: null, out handle))
            {
                return true;
            }
        }

        handle = 0;
        return false;
    }

    /// <summary>The file names under which a platform installs OpenSSL 3.</summary>
    internal static string[] NamesOf(string library) =>
        OperatingSystem.IsWindows() ? [$"{library}-3-{(RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "arm64" : "x64")}"]
        : OperatingSystem.IsMacOS() ? [$"{library}.3.dylib", $"/opt/homebrew/lib/{library}.3.dylib", $"/usr/local/lib/{library}.3.dylib"]
        : [$"{library}.so.3"];

    /// <summary>The error for a library that none of the names found.</summary>
    private static OpenSslMissingException Missing(string library, string[] names)
    {
        string install = OperatingSystem.IsWindows() ? "install OpenSSL 3 and put its bin folder on PATH"
            : OperatingSystem.IsMacOS() ? "brew install openssl@3"
            : "on Debian or Ubuntu: sudo apt-get install libssl3 (Ubuntu 24.04 and later: libssl3t64); on Fedora: sudo dnf install openssl-libs; "
                + "on Alpine: apk add libssl3";
        return new OpenSslMissingException(
            $"WebRTC needs OpenSSL 3, but {library} (looked for {string.Join(", ", names)}) cannot be loaded. To mend it: {install}.");
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath) =>
        name is Ssl or Crypto && TryLoad(name, NamesOf, out nint handle) ? handle : 0;
}
