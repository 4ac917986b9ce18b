using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Peercast.Origin.Limits;
using Peercast.Protocol.Primitives;

namespace Peercast.Origin.Tracker;

/// <summary>The tracker's WebSocket at <c>/tracker/{channel}</c>.</summary>
internal sealed class TrackerEndpoint(
    ITrackedChannels channels, TrackerHub hub, TrackerOptions options, TimeProvider time, IHostApplicationLifetime lifetime)
{
    private readonly ConnectionLimiter _limiter = new(options.MaxConnections, options.MaxConnectionsPerAddress);

    /// <summary>Serves one request.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        var name = context.GetRouteValue("channel") as string ?? "";
        if (!channels.TryGetSwarm(name, out SwarmId swarm))
        {
            await RefuseAsync(context, StatusCodes.Status404NotFound, "There is no such channel.");
            return;
        }

        if (!context.WebSockets.IsWebSocketRequest)
        {
            await RefuseAsync(context, StatusCodes.Status426UpgradeRequired, "The tracker speaks WebSocket.");
            return;
        }

        using IDisposable? lease = _limiter.TryOpen(context.Connection.RemoteIpAddress);
        if (lease is null)
        {
            await RefuseAsync(context, StatusCodes.Status429TooManyRequests, "Too many connections to the tracker.");
            return;
        }

        // Pings keep the mappings of routers alive and find dead viewers; reports come seldom enough to need both.
        using var socket = await context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext
        {
            KeepAliveInterval = TimeSpan.FromSeconds(15),
            KeepAliveTimeout = TimeSpan.FromSeconds(15),
        });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        await new TrackerConnection(socket, time).RunAsync(hub.Room(swarm), stop.Token);
    }

    private static Task RefuseAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(new { error = text }, context.RequestAborted);
    }
}

/// <summary>Registers and maps the tracker.</summary>
internal static class TrackerExtensions
{
    /// <summary>Adds the tracker; <see cref="ITrackedChannels"/>, <see cref="TrackerOptions"/> and <see cref="TrackerSecret"/> are the host's.</summary>
    public static IServiceCollection AddTracker(this IServiceCollection services) =>
        services.AddSingleton<TrackerHub>().AddSingleton<TrackerEndpoint>();

    /// <summary>Maps <c>/tracker/{channel}</c>. Brings its own WebSocket middleware, so that an embedding application needs none.</summary>
    public static IEndpointConventionBuilder MapTracker(this IEndpointRouteBuilder endpoints)
    {
        IApplicationBuilder pipeline = endpoints.CreateApplicationBuilder();
        pipeline.UseWebSockets();
        pipeline.Run(context => context.RequestServices.GetRequiredService<TrackerEndpoint>().HandleAsync(context));
        return endpoints.Map("/tracker/{channel}", pipeline.Build());
    }
}
