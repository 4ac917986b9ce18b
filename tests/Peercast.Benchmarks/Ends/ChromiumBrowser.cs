using System.Diagnostics;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Peercast.Benchmarks.Ends;

/// <summary>A headless Chromium; each page that it opens is an end.</summary>
internal sealed partial class ChromiumBrowser : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly string[] Programs = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private readonly Process _process;
    private readonly string _folder;
    private readonly Uri _http;
    private readonly string _page;

    private ChromiumBrowser(Process process, string folder, Uri http, string page) => (_process, _folder, _http, _page) = (process, folder, http, page);

    /// <summary>Where it is installed; <see langword="null"/>: nowhere.</summary>
    public static string? Program => Array.Find(Programs, File.Exists);

    public int ProcessId => _process.Id;

    public static async Task<ChromiumBrowser> StartAsync()
    {
        string folder = Directory.CreateTempSubdirectory("peercast-benchmarks-").FullName;
        string page = Path.Combine(folder, "page.html");
        await File.WriteAllTextAsync(page, $"<!doctype html><title>peer</title><script>{Scripts.Join("pattern.js", "w3c.js")}</script>");
        var start = new ProcessStartInfo(Program!) { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (string argument in (string[])
        [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", $"--user-data-dir={folder}",

            // A page in the background works as fast as one in front; addresses rather than mDNS names, loopback ones too.
            "--disable-background-timer-throttling", "--disable-renderer-backgrounding", "--disable-backgrounding-occluded-windows",
            "--allow-loopback-in-peer-connection", "--disable-features=WebRtcHideLocalIpsWithMdns",
            "--remote-debugging-port=0", "about:blank",
        ])
        {
            start.ArgumentList.Add(argument);
        }

        Process process = Process.Start(start)!;
        _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
        try
        {
            Uri http = await FindAddressAsync(process.StandardError).WaitAsync(Patience);
            return new ChromiumBrowser(process, folder, http, new Uri(page).AbsoluteUri);
        }
        catch
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    /// <summary>Opens a page.</summary>
    public async Task<ChromiumEnd> OpenAsync()
    {
        using var http = new HttpClient();
        using HttpResponseMessage response = await http.PutAsync(new Uri(_http, $"/json/new?{_page}"), content: null);
        JsonNode target = (await response.Content.ReadFromJsonAsync<JsonNode>())!;
        return await ChromiumEnd.ConnectAsync(new Uri((string)target["webSocketDebuggerUrl"]!), ProcessId);
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        try
        {
            Directory.Delete(_folder, recursive: true);
        }
        catch (IOException)
        {
            // A child that dies late still writes to its profile; the system cleans the temporary folder.
        }
    }

    private static async Task<Uri> FindAddressAsync(StreamReader errors)
    {
        var seen = new StringBuilder();
        while (await errors.ReadLineAsync() is { } line)
        {
            if (Listening().Match(line) is { Success: true } match)
            {
                _ = errors.BaseStream.CopyToAsync(Stream.Null);
                return new Uri($"http://{match.Groups["authority"].Value}/");
            }

            seen.AppendLine(line);
        }

        throw new InvalidOperationException($"Chromium did not start: {seen}");
    }

    [GeneratedRegex(@"DevTools listening on ws://(?<authority>[^/\s]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Listening();
}
