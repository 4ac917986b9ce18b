using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Peercast.WebRtc.Tests.Interop;

/// <summary>Commands to a browser and their results, of which the DevTools protocol and WebDriver BiDi have the same idea. One at a time.</summary>
internal sealed class CommandSocket : IDisposable
{
    private readonly ClientWebSocket _socket = new();
    private int _lastId;

    public async Task ConnectAsync(Uri endpoint)
    {
        using var timeout = new CancellationTokenSource(Browser.Patience);
        await _socket.ConnectAsync(endpoint, timeout.Token);
    }

    public async Task<JsonNode> SendAsync(string method, JsonObject parameters)
    {
        using var timeout = new CancellationTokenSource(Browser.Patience);
        int id = ++_lastId;
        var command = new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters };
        await _socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(command), WebSocketMessageType.Text, true, timeout.Token);
        JsonNode answer;
        do
        {
            // What has another id, or none, is an event.
            answer = await ReceiveAsync(timeout.Token);
        }
        while ((int?)answer["id"] != id);

        return answer["result"] ?? throw new InvalidOperationException($"{method} failed: {answer.ToJsonString()}");
    }

    public void Dispose() => _socket.Dispose();

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
