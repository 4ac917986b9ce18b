using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Peercast.WebRtc.Tests.Interop;

/// <summary>Chromium, driven through its DevTools protocol.</summary>
public sealed class Chromium : Browser
{
    private static readonly string[] Programs = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private protected override async Task StartAsync(BrowserProcess process, CommandSocket socket)
    {
        if (HidesAddresses)
        {
            RequireNetwork();
        }

        Uri endpoint = await process.StartAsync("Chromium", Programs,
        [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", $"--user-data-dir={process.Profile}",

            // Candidates with loopback addresses, too: as long as it may show them it needs no network.
            "--allow-loopback-in-peer-connection", $"--{(HidesAddresses ? "enable" : "disable")}-features=WebRtcHideLocalIpsWithMdns",
            "--remote-debugging-port=0", process.Page.AbsoluteUri,
        ]);
        using var http = new HttpClient { Timeout = Patience };
        JsonArray targets = (await http.GetFromJsonAsync<JsonArray>(new Uri($"http://{endpoint.Authority}/json/list")))!;
        JsonNode target = targets.Single(entry => (string?)entry!["type"] == "page")!;
        await socket.ConnectAsync(new Uri((string)target["webSocketDebuggerUrl"]!));

        // The blank page before ours is complete, too.
        for (long started = Stopwatch.GetTimestamp(); await EvaluateAsync(socket, "typeof makeOffer") != "function"; await Task.Delay(20))
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Patience, "The page did not load.");
        }
    }

    private protected override async Task<string> EvaluateAsync(CommandSocket socket, string expression)
    {
        JsonNode answer = await socket.SendAsync(
            "Runtime.evaluate", new JsonObject { ["expression"] = expression, ["awaitPromise"] = true, ["returnByValue"] = true });
        return answer["exceptionDetails"] is { } failure ? throw PageFailed(failure) : (string?)answer["result"]?["value"] ?? "";
    }
}
