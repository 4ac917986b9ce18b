using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Peercast.Origin.Channels;
using Peercast.Origin.Egress;

namespace Peercast.Origin.Http;

/// <summary>Channel list, descriptor and statistics.</summary>
internal static class ChannelEndpoints
{
    /// <summary>Adds them.</summary>
    public static void Map(IEndpointRouteBuilder routes, ChannelRegistry channels, PeercastOriginOptions options, TimeProvider time, EgressGate egress)
    {
        routes.MapReading("/api/channels", context =>
        {
            Reply.AllowAnySite(context);
            return Reply.JsonAsync(context, channels.All.Select(ChannelSummary.Of).ToArray());
        });
        routes.MapPublic("/api/channels/{name}", channels, (context, channel) =>
            Reply.JsonAsync(context, ChannelDescriptor.Of(channel, Routes.Prefix(context, "/api/channels/"), options, time.GetUtcNow())));
        routes.MapPublic("/api/channels/{name}/stats", channels, (context, channel) => Reply.JsonAsync(context, ChannelStatistics.Of(channel, egress.Figures)));
    }
}
