using System.Net.NetworkInformation;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Peercast.WebRtc.Tests.Interop;

/// <summary>A headless browser with one page, which has the functions of <see cref="BrowserScript"/>.</summary>
public abstract class Browser : IAsyncLifetime
{
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly BrowserProcess _process = new();
    private readonly CommandSocket _socket = new();

    /// <summary>Its candidates have names below <c>local</c> in the place of addresses, as they do where nobody says otherwise.</summary>
    public bool HidesAddresses { get; init; }

    public Task InitializeAsync() => StartAsync(_process, _socket);

    public async Task DisposeAsync()
    {
        _socket.Dispose();
        await _process.DisposeAsync();
    }

    /// <summary>Evaluates an expression in the page and waits for the promise that it may give.</summary>
    /// <returns>The text it comes to; empty for nothing.</returns>
    public Task<string> EvaluateAsync(string expression) => EvaluateAsync(_socket, expression);

    /// <summary>Calls a function of the page with a JSON argument list.</summary>
    public Task<string> CallAsync(string function, params object?[] arguments) =>
        EvaluateAsync($"{function}({string.Join(',', arguments.Select(argument => JsonSerializer.Serialize(argument)))})");

    /// <summary>Starts the process, connects to it and opens the page.</summary>
    private protected abstract Task StartAsync(BrowserProcess process, CommandSocket socket);

    private protected abstract Task<string> EvaluateAsync(CommandSocket socket, string expression);

    /// <summary>Says at once what would else show as candidates that never come.</summary>
    private protected void RequireNetwork()
    {
        if (!NetworkInterface.GetAllNetworkInterfaces().Any(network => network.GetIPProperties().GatewayAddresses.Count > 0))
        {
            throw new InvalidOperationException($"{GetType().Name} gathers candidates only where there is a default route, and there is none. Nothing is sent on it.");
        }
    }

    private protected static InvalidOperationException PageFailed(JsonNode details) => new($"The page failed: {details.ToJsonString()}");
}
