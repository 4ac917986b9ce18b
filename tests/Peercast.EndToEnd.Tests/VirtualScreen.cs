using System.Diagnostics;
using System.Globalization;

namespace Peercast.EndToEnd.Tests;

/// <summary>A screen in memory, on a display number that Xvfb finds free, with one program's window on it.</summary>
internal sealed class VirtualScreen : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly RunningProgram _server;
    private string _display = "";

    private VirtualScreen() =>
        _server = RunningProgram.Start("Xvfb", ["-displayfd", "1", "-screen", "0", "1280x800x24", "-nolisten", "tcp"]);

    /// <summary>What a program needs to find it.</summary>
    public IReadOnlyDictionary<string, string?> Environment => new Dictionary<string, string?> { ["DISPLAY"] = _display, ["SDL_VIDEODRIVER"] = "x11" };

    public static async Task<VirtualScreen> StartAsync()
    {
        var screen = new VirtualScreen();
        await Audience.UntilAsync(() => screen._server.Output.Count > 0, Limit, "Xvfb says its display's number");
        screen._display = ":" + screen._server.Output.First();
        return screen;
    }

    /// <summary>The window's id; <see langword="null"/> while there is none.</summary>
    public async Task<string?> FindWindowAsync()
    {
        await using RunningProgram search = RunningProgram.Start("xdotool", ["search", "--onlyvisible", "--name", "."], Environment);
        await search.EndAsync(Limit);
        return search.Output.LastOrDefault();
    }

    /// <summary>Presses a key in a window.</summary>
    public async Task PressAsync(string window, string key)
    {
        await RunAsync("xdotool", "windowfocus", window);
        await RunAsync("xdotool", "key", "--window", window, key);
    }

    /// <summary>What a window shows now.</summary>
    public async Task<GrayPicture> CaptureAsync(string window)
    {
        string[] geometry = [.. await RunAsync("xdotool", "getwindowgeometry", "--shell", window)];
        using Process import = Process.Start(new ProcessStartInfo("import", ["-window", window, "-colorspace", "gray", "-depth", "8", "gray:-"])
        {
            RedirectStandardOutput = true,
            Environment = { ["DISPLAY"] = _display },
        })!;
        using var bytes = new MemoryStream();
        await import.StandardOutput.BaseStream.CopyToAsync(bytes).WaitAsync(Limit);
        await import.WaitForExitAsync().WaitAsync(Limit);
        Assert.Equal(0, import.ExitCode);
        return new GrayPicture(Value("WIDTH="), Value("HEIGHT="), bytes.ToArray());

        int Value(string name) => int.Parse(geometry.Single(line => line.StartsWith(name, StringComparison.Ordinal))[name.Length..], CultureInfo.InvariantCulture);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task<IReadOnlyCollection<string>> RunAsync(string program, params string[] arguments)
    {
        await using RunningProgram running = RunningProgram.Start(program, arguments, Environment);
        Assert.True(await running.EndAsync(Limit) == 0, running.ToString());
        return running.Output;
    }
}
