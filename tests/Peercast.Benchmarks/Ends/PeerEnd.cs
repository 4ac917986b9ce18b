using System.Text.Json.Nodes;

namespace Peercast.Benchmarks.Ends;

/// <summary>Something that holds one end of measured connections, outside of this process.</summary>
internal abstract class PeerEnd : IAsyncDisposable
{
    /// <summary>How long an answer may take.</summary>
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    /// <summary>The process whose tree does the work.</summary>
    public abstract int ProcessId { get; }

    /// <summary>Creates the channel and the offer, with its candidates.</summary>
    public async Task<string> OfferAsync(string link) => Sdp(await CallAsync("offer", link));

    /// <summary>Takes an offer and makes the answer, with its candidates.</summary>
    public async Task<string> AnswerAsync(string link, string offer) => Sdp(await CallAsync("answer", link, new() { ["sdp"] = offer }));

    /// <summary>Takes the answer.</summary>
    public Task AcceptAsync(string link, string answer) => CallAsync("accept", link, new() { ["sdp"] = answer });

    /// <summary>Waits for the channel.</summary>
    public Task OpenedAsync(string link) => CallAsync("opened", link);

    /// <summary>Sends without pause.</summary>
    public Task SendAsync(string link, int length) => CallAsync("send", link, new() { ["length"] = length });

    /// <summary>Ends the sending.</summary>
    public Task StopAsync(string link) => CallAsync("stop", link);

    /// <summary>What has arrived.</summary>
    public async Task<Received> ReceivedAsync(string link)
    {
        JsonNode answer = await CallAsync("received", link);
        return new Received((long)(double)answer["bytes"]!, (long)(double)answer["wrong"]!, (long?)answer["allocated"]);
    }

    /// <summary>Gives unused memory back, where the end has a collector that can be told to.</summary>
    public Task CollectAsync() => CallAsync("collect", "");

    /// <summary>Ends the connection.</summary>
    public Task CloseAsync(string link) => CallAsync("close", link);

    public abstract ValueTask DisposeAsync();

    /// <summary>Sends a request and waits for its answer.</summary>
    /// <exception cref="InvalidOperationException">The other side failed; the message is its own.</exception>
    /// <exception cref="TimeoutException">It did not answer.</exception>
    protected abstract Task<JsonNode> CallAsync(string what, string link, JsonObject? arguments = null);

    private static string Sdp(JsonNode answer) => (string)answer["sdp"]!;
}

/// <summary>What one end has received.</summary>
/// <param name="Bytes">Payload.</param>
/// <param name="Wrong">Messages with other than the expected content.</param>
/// <param name="Allocated">Bytes that a managed process has allocated in its life.</param>
internal readonly record struct Received(long Bytes, long Wrong, long? Allocated);
