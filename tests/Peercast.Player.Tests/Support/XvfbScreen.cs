using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Peercast.Player.Tests.Support;

/// <summary>A screen in memory on a display number that Xvfb finds free, and this process's DISPLAY while it lives.</summary>
internal sealed partial class XvfbScreen : IDisposable
{
    private readonly Process _process;

    public XvfbScreen()
    {
        var start = new ProcessStartInfo("Xvfb") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])["-displayfd", "1", "-screen", "0", "1280x800x24", "-nolisten", "tcp"])
            start.ArgumentList.Add(argument);
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
        var number = _process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30)).GetAwaiter().GetResult();
        Display = $":{number}";
        // Native libraries read the C environment, which .NET's own copy does not change.
        Assert.Equal(0, SetEnvironment("DISPLAY", Display, 1));
        Assert.Equal(0, SetEnvironment("SDL_VIDEODRIVER", "x11", 1));
    }

    public string Display { get; }

    public void Dispose()
    {
        _ = UnsetEnvironment("DISPLAY");
        _ = UnsetEnvironment("SDL_VIDEODRIVER");
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    /// <summary>Presses a key in the window of this title.</summary>
    public void Press(string title, string key)
    {
        var window = Run("xdotool", "search", "--name", title).Trim().Split('\n')[^1];
        Run("xdotool", "windowfocus", window);
        Run("xdotool", "key", "--window", window, key);
    }

    /// <summary>The screen's mean brightness, 0 to 1, and the number of its colors.</summary>
    public (double Mean, int Colors) Look()
    {
        var path = Path.Combine(Path.GetTempPath(), $"peercast-screen-{Environment.ProcessId}.png");
        try
        {
            Run("import", "-window", "root", path);
            var parts = Run("convert", path, "-format", "%[fx:mean] %k", "info:").Trim().Split(' ');
            return (double.Parse(parts[0]), int.Parse(parts[1]));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private string Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        start.Environment["DISPLAY"] = Display;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        Assert.True(process.WaitForExit(TimeSpan.FromSeconds(30)));
        Assert.Equal(0, process.ExitCode);
        return output;
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);

    [LibraryImport("libc", EntryPoint = "unsetenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int UnsetEnvironment(string name);
}
