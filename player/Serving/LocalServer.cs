using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Peercast.Player.Serving;

/// <summary>The HTTP server of <c>serve</c>, for players on this machine only.</summary>
internal sealed class LocalServer : IAsyncDisposable
{
    private static readonly TimeSpan _playlistWait = TimeSpan.FromSeconds(15);

    private readonly WebApplication _app;

    private LocalServer(WebApplication app, int port)
    {
        _app = app;
        Port = port;
    }

    /// <summary>The port that it listens on.</summary>
    public int Port { get; }

    /// <summary>The endless MP4.</summary>
    public string StreamAddress => $"http://127.0.0.1:{Port}/stream.mp4";

    /// <summary>The HLS playlist.</summary>
    public string PlaylistAddress => $"http://127.0.0.1:{Port}/index.m3u8";

    /// <summary>Starts it on the loopback address.</summary>
    /// <param name="window">What to serve.</param>
    /// <param name="port">0 takes any free one.</param>
    /// <exception cref="PlayerException">The port is taken.</exception>
    public static async Task<LocalServer> StartAsync(MediaWindow window, int port)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = [] });
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, port);
        });
        // Ctrl+C is the command's.
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        var app = builder.Build();
        // Another site's name that resolves to this machine must not read what is watched here.
        app.Use((context, next) =>
        {
            if (context.Request.Host.Host is "127.0.0.1" or "localhost")
                return next(context);
            context.Response.StatusCode = StatusCodes.Status421MisdirectedRequest;
            return Task.CompletedTask;
        });
        Map(app, window);
        try
        {
            await app.StartAsync();
        }
        catch (IOException e) when (e.InnerException is AddressInUseException or System.Net.Sockets.SocketException)
        {
            await app.DisposeAsync();
            throw new PlayerException(
                ExitCode.LocalResource, $"Port {port} is taken by another program: choose another with --port.", e);
        }
        catch (Exception e) when (e is System.Net.Sockets.SocketException or UnauthorizedAccessException)
        {
            await app.DisposeAsync();
            throw new PlayerException(
                ExitCode.LocalResource, $"Port {port} cannot be used ({e.Message}): choose another, above 1023, with --port.", e);
        }

        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return new LocalServer(app, new Uri(address).Port);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // Players hold their connections open for ever: there is nothing to wait for.
        using var now = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        try
        {
            await _app.StopAsync(now.Token);
        }
        catch (OperationCanceledException)
        {
            // Connections that were still open are cut.
        }

        await _app.DisposeAsync();
    }

    private static void Map(WebApplication app, MediaWindow window)
    {
        app.MapGet("/", () => Results.Text("Peercast: open /stream.mp4 or /index.m3u8 in a player.\n"));
        app.MapGet("/stream.mp4", context => StreamAsync(context, window));
        app.MapGet("/index.m3u8", async (HttpContext context) =>
        {
            context.Response.Headers.CacheControl = "no-store";
            if (await window.GetPlaylistAsync(_playlistWait, context.RequestAborted) is { } playlist)
                return Results.Text(playlist, "application/vnd.apple.mpegurl");
            context.Response.Headers.RetryAfter = "2";
            return Results.Text("No media has come yet.\n", statusCode: StatusCodes.Status503ServiceUnavailable);
        });
        app.MapGet("/init-{index:int}.mp4", (int index) =>
            window.GetInit(index) is { } init ? Results.Bytes(init, "video/mp4") : Results.NotFound());
        app.MapGet("/segment-{number:long}.m4s", async (long number, HttpContext context) =>
        {
            if (window.GetSegment(number) is not { } parts)
            {
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return;
            }

            context.Response.ContentType = "video/iso.segment";
            context.Response.ContentLength = parts.Sum(p => (long)p.Length);
            foreach (var part in parts)
                await context.Response.BodyWriter.WriteAsync(part, context.RequestAborted);
        });
    }

    private static async Task StreamAsync(HttpContext context, MediaWindow window)
    {
        context.Response.ContentType = "video/mp4";
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.StartAsync(context.RequestAborted);
        var client = window.Join(context.Abort);
        try
        {
            await foreach (var bytes in client.ReadAllAsync(context.RequestAborted))
                await context.Response.BodyWriter.WriteAsync(bytes, context.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            // The player has gone, or was dropped because it did not read.
        }
        finally
        {
            window.Leave(client);
        }
    }

    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
