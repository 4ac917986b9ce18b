using System.Buffers.Binary;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Peercast.Origin.Channels;

namespace Peercast.Origin.Tests.Http;

/// <summary>A foreign application with pages of its own, which hosts an origin under a prefix on a free port.</summary>
internal sealed class OriginApp : IAsyncDisposable
{
    public const string Prefix = "/some/prefix";

    private readonly TemporaryFolder _folder = new();
    private readonly WebApplication _app;

    private OriginApp(Action<PeercastOriginOptions> configure, Action<IServiceCollection>? replace)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        replace?.Invoke(builder.Services);
        builder.Services.AddPeercastOrigin(o =>
        {
            o.DataFolder = _folder.Path;
            o.RtmpPort = 0;
            o.StunPort = 0;
            configure(o);
        });
        _app = builder.Build();
        _app.Urls.Add("http://127.0.0.1:0");
        _app.MapGet("/", () => "The foreign application's own page");
        _app.MapPeercastOrigin(Prefix);
    }

    public HttpClient Client { get; } = new() { Timeout = TimeSpan.FromMinutes(2) };

    public string Root { get; private set; } = "";

    public string Base => Root + Prefix;

    public static async Task<OriginApp> StartAsync(Action<PeercastOriginOptions> configure, Action<IServiceCollection>? replace = null)
    {
        var app = new OriginApp(configure, replace);
        try
        {
            await app._app.StartAsync();
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }

        app.Root = app._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return app;
    }

    public Channel Channel(string name) => _app.Services.GetRequiredService<ChannelRegistry>().Find(name)!;

    public Task<HttpResponseMessage> GetAsync(string path) => Client.GetAsync(new Uri(Base + path));

    public async Task<JsonElement> JsonAsync(string path) => await Client.GetFromJsonAsync<JsonElement>(new Uri(Base + path));

    public async Task<byte[]> BytesAsync(string path)
    {
        using HttpResponseMessage reply = await GetAsync(path);
        reply.EnsureSuccessStatusCode();
        return await reply.Content.ReadAsByteArrayAsync();
    }

    public Task<HttpResponseMessage> PushAsync(string channel, string? key, HttpContent content, CancellationToken cancellation = default)
    {
        var request = new HttpRequestMessage(HttpMethod.Put, new Uri($"{Base}/ingest/{channel}")) { Content = content };
        if (key is not null)
        {
            request.Headers.Authorization = new("Bearer", key);
        }

        return Client.SendAsync(request, cancellation);
    }

    /// <summary>Waits, bounded, for something that the machinery does in its own time.</summary>
    public static async Task EventuallyAsync(Func<bool> condition, string what, int seconds = 120)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        while (!condition())
        {
            Assert.False(limit.IsCancellationRequested, $"waited {seconds} s in vain: {what}");
            await Task.Delay(20, CancellationToken.None);
        }
    }

    /// <summary>The frames of a body: u32 length and content each.</summary>
    public static List<byte[]> Frames(ReadOnlySpan<byte> body)
    {
        var frames = new List<byte[]>();
        while (body.Length > 0)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(body);
            frames.Add(body.Slice(4, length).ToArray());
            body = body[(4 + length)..];
        }

        return frames;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        Client.Dispose();
        _folder.Dispose();
    }
}
