using System.Reflection;
using System.Runtime.InteropServices;
using Peercast.Player.Native;

namespace Peercast.Player.Tests.Native;

public sealed class NativeSymbolTests
{
    [Theory]
    [InlineData(typeof(LibVlc))]
    [InlineData(typeof(LibSdl))]
    public void Imports_InstalledLibrary_HasEverySymbol(Type imports)
    {
        var library = (imports == typeof(LibVlc) ? NativeComponent.Vlc : NativeComponent.Sdl).Require();
        var symbols = imports
            .GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
            .Select(m => m.GetCustomAttribute<DllImportAttribute>()?.EntryPoint)
            .OfType<string>()
            .ToHashSet(StringComparer.Ordinal);

        Assert.True(symbols.Count > 15, $"only {symbols.Count} imports found");
        Assert.All(symbols, symbol => Assert.True(NativeLibrary.TryGetExport(library, symbol, out _), symbol));
    }

    [Fact]
    public void Require_MissingLibrary_SaysWhatToInstall()
    {
        var missing = new NativeComponent("none", "libnone 9", ["libnone-peercast.so.9"], "on Debian or Ubuntu: sudo apt install libnone9");

        var failure = Assert.Throws<PlayerException>(() => missing.Require());
        Assert.Equal(ExitCode.MissingDependency, failure.Code);
        Assert.Contains("apt install libnone9", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
    }

    [Fact]
    public void Event_Layout_IsAsSdlDeclaresIt()
    {
        Assert.Equal(56, Marshal.SizeOf<LibSdl.Event>());
        Assert.Equal(16, Marshal.SizeOf<LibSdl.Rect>());
        Assert.Equal(60, Marshal.SizeOf<LibVlc.MediaStatistics>());
    }
}
