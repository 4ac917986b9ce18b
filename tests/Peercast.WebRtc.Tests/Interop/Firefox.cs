using System.Text.Json.Nodes;

namespace Peercast.WebRtc.Tests.Interop;

/// <summary>Firefox, driven through WebDriver BiDi (w3.org/TR/webdriver-bidi).</summary>
public sealed class Firefox : Browser
{
    private static readonly string[] Programs = ["/usr/bin/firefox-esr", "/usr/bin/firefox"];

    private string _context = "";

    private protected override async Task StartAsync(BrowserProcess process, CommandSocket socket)
    {
        RequireNetwork();
        await File.WriteAllTextAsync(Path.Combine(process.Profile, "user.js"), Preferences());
        Uri endpoint = await process.StartAsync(
            "Firefox", Programs, ["--headless", "--no-remote", "--profile", process.Profile, "--remote-debugging-port=0", "about:blank"]);
        await socket.ConnectAsync(new Uri(endpoint, "/session"));
        await socket.SendAsync("session.new", new JsonObject { ["capabilities"] = new JsonObject() });
        JsonNode tree = await socket.SendAsync("browsingContext.getTree", []);
        _context = (string)tree["contexts"]![0]!["context"]!;
        await socket.SendAsync(
            "browsingContext.navigate", new JsonObject { ["context"] = _context, ["url"] = process.Page.AbsoluteUri, ["wait"] = "complete" });
    }

    private protected override async Task<string> EvaluateAsync(CommandSocket socket, string expression)
    {
        JsonNode answer = await socket.SendAsync("script.evaluate", new JsonObject
        {
            ["expression"] = expression,
            ["target"] = new JsonObject { ["context"] = _context },
            ["awaitPromise"] = true,
        });
        return answer["exceptionDetails"] is { } failure ? throw PageFailed(failure) : (string?)answer["result"]?["value"] ?? "";
    }

    private string Preferences() => $$"""
        user_pref("media.peerconnection.ice.obfuscate_host_addresses", {{(HidesAddresses ? "true" : "false")}});

        // What it asks of servers of its maker ends at a port where nobody listens.
        user_pref("network.proxy.type", 1);
        user_pref("network.proxy.http", "127.0.0.1");
        user_pref("network.proxy.http_port", 9);
        user_pref("network.proxy.ssl", "127.0.0.1");
        user_pref("network.proxy.ssl_port", 9);
        user_pref("network.captive-portal-service.enabled", false);
        user_pref("network.connectivity-service.enabled", false);
        user_pref("network.trr.mode", 5);
        user_pref("datareporting.policy.dataSubmissionEnabled", false);
        user_pref("toolkit.telemetry.unified", false);
        """;
}
