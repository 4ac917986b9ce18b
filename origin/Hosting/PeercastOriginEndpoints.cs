using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Peercast.Origin.Channels;
using Peercast.Origin.Egress;
using Peercast.Origin.Hls;
using Peercast.Origin.Http;
using Peercast.Origin.Ingest;
using Peercast.Origin.Pages;
using Peercast.Origin.Tracker;

namespace Peercast.Origin;

/// <summary>Adds the origin's addresses to an application.</summary>
public static class PeercastOriginEndpoints
{
    /// <summary>Maps pages, media, HLS, HTTP push, the tracker and health checks under <paramref name="prefix"/>.</summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="prefix">What comes before all of the origin's paths, for example "/video"; empty for none.</param>
    /// <returns>All of the origin's endpoints, for conventions such as authorization.</returns>
    /// <exception cref="InvalidOperationException"><c>AddPeercastOrigin</c> was not called.</exception>
    public static IEndpointConventionBuilder MapPeercastOrigin(this IEndpointRouteBuilder endpoints, string prefix = "")
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(prefix);
        IServiceProvider services = endpoints.ServiceProvider;
        if (services.GetService<IPublishAuthorizer>() is not { } authorizer)
        {
            throw new InvalidOperationException("MapPeercastOrigin needs the origin's services: call builder.Services.AddPeercastOrigin() first.");
        }

        var channels = services.GetRequiredService<ChannelRegistry>();
        PeercastOriginOptions options = services.GetRequiredService<IOptions<PeercastOriginOptions>>().Value;
        var time = services.GetRequiredService<TimeProvider>();
        var egress = services.GetRequiredService<EgressGate>();
        var probe = services.GetRequiredService<Ffprobe>();
        RouteGroupBuilder group = endpoints.MapGroup(prefix);
        ChannelEndpoints.Map(group, channels, options, time, egress);
        new MediaEndpoints(channels, options, time, egress).Map(group);
        new HlsEndpoints(channels, options, time, egress).Map(group);
        new PushEndpoint(channels, authorizer, probe, options, time, services.GetRequiredService<ILogger<PushEndpoint>>()).Map(group);
        HealthEndpoints.Map(group, services.GetRequiredService<OriginReadiness>(), services.GetRequiredService<FfmpegTools>());
        PageEndpoints.Map(group, channels);
        TrackedChannels.Report(channels, services.GetRequiredService<TrackerHub>());
        group.MapTracker();
        return group;
    }
}
