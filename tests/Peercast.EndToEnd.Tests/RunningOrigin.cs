using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Peercast.Origin;

namespace Peercast.EndToEnd.Tests;

/// <summary>An origin as a host would embed it, on free ports of the loopback, with its data in a folder of its own.</summary>
internal sealed class RunningOrigin : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly string _folder;

    private RunningOrigin(WebApplication app, string folder)
    {
        _app = app;
        _folder = folder;
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
    }

    public Uri Address { get; }

    public IServiceProvider Services => _app.Services;

    /// <summary>Starts one with the channel <c>demo</c> looping the 720p sample, and waits until it is older than the target latency.</summary>
    public static async Task<RunningOrigin> StartDemoAsync()
    {
        RunningOrigin origin = await StartAsync(options =>
            options.Channels["demo"] = new ChannelOptions { Title = "Demo", File = RepositoryFiles.Sample("h264-aac-720p.mp4"), Loop = true });
        using var http = new HttpClient { BaseAddress = origin.Address };
        for (int attempt = 0; attempt < 240; attempt++)
        {
            using JsonDocument descriptor = JsonDocument.Parse(await http.GetStringAsync(new Uri("api/channels/demo", UriKind.Relative)));
            if (descriptor.RootElement.GetProperty("renditions")[0].GetProperty("liveEdge").GetInt64() > 30)
            {
                return origin;
            }

            await Task.Delay(500);
        }

        throw new InvalidOperationException("The demo channel did not come up within two minutes.");
    }

    public static async Task<RunningOrigin> StartAsync(Action<PeercastOriginOptions> configure)
    {
        string folder = Directory.CreateTempSubdirectory("peercast-origin-").FullName;
        WebApplicationBuilder builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddPeercastOrigin(options =>
        {
            options.DataFolder = folder;
            options.RtmpPort = 0;
            options.StunPort = 0;
            configure(options);
        });
        WebApplication app = builder.Build();
        app.MapPeercastOrigin();
        await app.StartAsync();
        return new RunningOrigin(app, folder);
    }

    public string WatchLink(string channel)
    {
        OriginChannel found = Services.GetRequiredService<OriginChannels>().Find(channel)!;
        return $"{Address}watch/{channel}#k={found.Fingerprint}";
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
