using System.Diagnostics;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Peercast.WebRtc.Tests.Interop;

/// <summary>A headless Chromium with one page, driven through its DevTools protocol.</summary>
public sealed partial class Chromium : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly string[] Candidates = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private readonly ClientWebSocket _socket = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("peercast-chromium-").FullName;
    private Process? _process;
    private int _lastId;

    public async Task InitializeAsync()
    {
        string executable = Array.Find(Candidates, File.Exists)
            ?? throw new InvalidOperationException("Chromium is needed for the browser tests: bash tests/setup.sh installs it.");

        // A page from a file is a secure context: it has crypto.subtle, which a blank one has not.
        string page = Path.Combine(_folder, "page.html");
        await File.WriteAllTextAsync(page, $"<!doctype html><title>peer</title><script>{ChromiumScript.Text}</script>");
        var start = new ProcessStartInfo(executable) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (string argument in (string[])
        [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", $"--user-data-dir={_folder}",

            // Candidates with loopback addresses, and with addresses rather than mDNS names: tests need no network.
            "--allow-loopback-in-peer-connection", "--disable-features=WebRtcHideLocalIpsWithMdns",
            "--remote-debugging-port=0", new Uri(page).AbsoluteUri,
        ])
        {
            start.ArgumentList.Add(argument);
        }

        _process = Process.Start(start)!;
        _ = _process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
        Uri endpoint = await FindEndpointAsync(_process.StandardError).WaitAsync(Patience);
        using var http = new HttpClient();
        JsonArray targets = (await http.GetFromJsonAsync<JsonArray>(new Uri($"http://{endpoint.Authority}/json/list")))!;
        JsonNode target = targets.Single(entry => (string?)entry!["type"] == "page")!;
        await _socket.ConnectAsync(new Uri((string)target["webSocketDebuggerUrl"]!), CancellationToken.None);

        // The blank page before ours is complete, too.
        while ((string?)await EvaluateAsync("typeof makeOffer") != "function")
        {
            await Task.Delay(20);
        }
    }

    public async Task DisposeAsync()
    {
        _socket.Dispose();
        if (_process is not null)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
            _process.Dispose();
        }

        try
        {
            Directory.Delete(_folder, recursive: true);
        }
        catch (IOException)
        {
            // A child that dies late still writes to its profile; the system cleans the temporary folder.
        }
    }

    /// <summary>Evaluates an expression in the page and waits for the promise that it may give.</summary>
    public async Task<JsonNode?> EvaluateAsync(string expression)
    {
        using var timeout = new CancellationTokenSource(Patience);
        int id = ++_lastId;
        var request = new JsonObject
        {
            ["id"] = id,
            ["method"] = "Runtime.evaluate",
            ["params"] = new JsonObject { ["expression"] = expression, ["awaitPromise"] = true, ["returnByValue"] = true },
        };
        await _socket.SendAsync(Encoding.UTF8.GetBytes(request.ToJsonString()), WebSocketMessageType.Text, true, timeout.Token);
        while (true)
        {
            JsonNode answer = await ReceiveAsync(timeout.Token);
            if ((int?)answer["id"] == id)
            {
                if (answer["result"]?["exceptionDetails"] is { } failure)
                {
                    throw new InvalidOperationException($"The page failed: {failure.ToJsonString()}");
                }

                return answer["result"]?["result"]?["value"]?.DeepClone();
            }
        }
    }

    /// <summary>Calls a function of the page with a JSON argument list.</summary>
    public async Task<string> CallAsync(string function, params object?[] arguments) =>
        (string?)await EvaluateAsync($"{function}({string.Join(',', arguments.Select(argument => JsonSerializer.Serialize(argument)))})") ?? "";

    private static async Task<Uri> FindEndpointAsync(StreamReader errors)
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

        throw new InvalidOperationException($"Chromium did not start: {seen}");
    }

    [GeneratedRegex(@"DevTools listening on (ws://\S+)", RegexOptions.None, 1000)]
    private static partial Regex Listening();

    private async Task<JsonNode> ReceiveAsync(CancellationToken cancellation)
    {
        using var message = new MemoryStream();
        byte[] buffer = new byte[16 * 1024];
        WebSocketReceiveResult part;
        do
        {
            part = await _socket.ReceiveAsync(buffer, cancellation);
            message.Write(buffer, 0, part.Count);
        }
        while (!part.EndOfMessage);

        return JsonNode.Parse(message.ToArray())!;
    }
}
