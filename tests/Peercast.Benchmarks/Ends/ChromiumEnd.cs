using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Peercast.Benchmarks.Ends;

/// <summary>An end in a page of Chromium, driven through its DevTools protocol.</summary>
internal sealed class ChromiumEnd : PeerEnd
{
    private readonly ClientWebSocket _socket = new();
    private readonly SemaphoreSlim _turn = new(1);
    private int _lastId;

    private ChromiumEnd(int processId) => ProcessId = processId;

    public override int ProcessId { get; }

    public static async Task<ChromiumEnd> ConnectAsync(Uri address, int processId)
    {
        var end = new ChromiumEnd(processId);
        await end._socket.ConnectAsync(address, CancellationToken.None);

        // The blank page before ours is complete, too.
        while (await end.EvaluateAsync("typeof answerTo") != "function")
        {
            await Task.Delay(20);
        }

        return end;
    }

    public override ValueTask DisposeAsync()
    {
        _socket.Dispose();
        _turn.Dispose();
        return ValueTask.CompletedTask;
    }

    protected override async Task<JsonNode> CallAsync(string what, string link, JsonObject? arguments = null)
    {
        JsonObject request = arguments ?? [];
        request["id"] = 0;
        request["do"] = what;
        request["link"] = link;
        JsonNode answer = JsonNode.Parse(await EvaluateAsync($"answerTo({request.ToJsonString()})"))!;
        return answer["error"] is { } error ? throw new InvalidOperationException($"{what}: {error}") : answer;
    }

    private async Task<string> EvaluateAsync(string expression)
    {
        using var timeout = new CancellationTokenSource(Patience);
        await _turn.WaitAsync(timeout.Token);
        try
        {
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
                    return (string?)answer["result"]?["result"]?["value"]
                        ?? throw new InvalidOperationException($"The page failed: {answer["result"]?.ToJsonString()}");
                }
            }
        }
        finally
        {
            _turn.Release();
        }
    }

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
