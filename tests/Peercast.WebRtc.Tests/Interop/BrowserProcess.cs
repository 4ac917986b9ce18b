using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace Peercast.WebRtc.Tests.Interop;

/// <summary>The process of a browser with a home and a profile of its own, which go when it goes.</summary>
internal sealed partial class BrowserProcess : IAsyncDisposable
{
    private static readonly TimeSpan PatienceAtTheEnd = TimeSpan.FromSeconds(5);

    private readonly string _home = Directory.CreateTempSubdirectory("peercast-browser-").FullName;
    private Process? _process;

    public BrowserProcess()
    {
        // A page from a file is a secure context: it has crypto.subtle, which a blank one has not.
        string page = Path.Combine(_home, "page.html");
        File.WriteAllText(page, $"<!doctype html><meta charset=utf-8><title>peer</title><script>{BrowserScript.Text}</script>");
        Page = new Uri(page);
        Profile = Directory.CreateDirectory(Path.Combine(_home, "profile")).FullName;
    }

    /// <summary>The page with <see cref="BrowserScript"/>.</summary>
    public Uri Page { get; }

    public string Profile { get; }

    /// <summary>Starts the first program that there is, and waits until it says where it is to be driven from.</summary>
    public async Task<Uri> StartAsync(string name, string[] programs, IEnumerable<string> arguments)
    {
        string program = Array.Find(programs, File.Exists)
            ?? throw new InvalidOperationException($"{name} is needed for the browser tests: bash tests/setup.sh tests installs it. None of these is there: {string.Join(", ", programs)}");
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true };
        start.Environment["HOME"] = _home;
        _process = Process.Start(start)!;
        _ = _process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
        return await FindEndpointAsync(name, _process.StandardError).WaitAsync(Browser.Patience);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
            _process.Dispose();
        }

        // Its children die a little later, and write to the profile until then.
        for (long started = Stopwatch.GetTimestamp(); Directory.Exists(_home); await Task.Delay(20))
        {
            try
            {
                Directory.Delete(_home, recursive: true);
            }
            catch (IOException) when (Stopwatch.GetElapsedTime(started) < PatienceAtTheEnd)
            {
            }
        }
    }

    private static async Task<Uri> FindEndpointAsync(string name, StreamReader errors)
    {
        var seen = new StringBuilder();
        while (await errors.ReadLineAsync() is { } line)
        {
            if (Listening().Match(line) is { Success: true } match)
            {
                _ = errors.BaseStream.CopyToAsync(Stream.Null);
                return new Uri(match.Groups[1].Value);
            }

            seen.AppendLine(line);
        }

        throw new InvalidOperationException($"{name} did not start: {seen}");
    }

    [GeneratedRegex(@"(?:DevTools|WebDriver BiDi) listening on (ws://\S+)", RegexOptions.None, 1000)]
    private static partial Regex Listening();
}
