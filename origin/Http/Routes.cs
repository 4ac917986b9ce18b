using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Peercast.Origin.Channels;

namespace Peercast.Origin.Http;

/// <summary>Maps the addresses of one channel.</summary>
internal static class Routes
{
    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>GET and HEAD of something public about the channel in {name}, for pages of any site.</summary>
    public static void MapPublic(this IEndpointRouteBuilder routes, string pattern, ChannelRegistry channels, Func<HttpContext, Channel, Task> handler) =>
        routes.MapMethods(pattern, Reading, context =>
        {
            Reply.AllowAnySite(context);
            return Find(context, channels) is { } channel ? handler(context, channel) : UnknownAsync(context);
        });

    /// <summary>GET and HEAD.</summary>
    public static IEndpointConventionBuilder MapReading(this IEndpointRouteBuilder routes, string pattern, RequestDelegate handler) =>
        routes.MapMethods(pattern, Reading, handler);

    /// <summary>The channel in {name}.</summary>
    public static Channel? Find(HttpContext context, ChannelRegistry channels) =>
        context.Request.RouteValues["name"] is string name ? channels.Find(name) : null;

    /// <summary>404.</summary>
    public static Task UnknownAsync(HttpContext context) =>
        Reply.ErrorAsync(context, StatusCodes.Status404NotFound, "There is no such channel. The list is at api/channels.");

    /// <summary>What comes before all of the origin's paths, seen from outside.</summary>
    /// <param name="context">A request to one of them.</param>
    /// <param name="own">How the origin's part of that path begins, for example "/api/".</param>
    public static string Prefix(HttpContext context, string own)
    {
        string path = context.Request.PathBase.Value + context.Request.Path.Value;
        int at = path.LastIndexOf(own, StringComparison.OrdinalIgnoreCase);
        return at >= 0 ? path[..at] : path.TrimEnd('/');
    }
}
