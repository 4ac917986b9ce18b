using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Peercast.Origin.Ingest;

namespace Peercast.Origin.Http;

/// <summary>For whoever supervises the origin.</summary>
internal static class HealthEndpoints
{
    /// <summary>Adds <c>/healthz</c> (the process answers) and <c>/readyz</c> (listeners are up and ffmpeg is there).</summary>
    public static void Map(IEndpointRouteBuilder routes, OriginReadiness readiness, FfmpegTools tools)
    {
        routes.MapReading("/healthz", context => Reply.JsonAsync(context, new { status = "ok" }));
        routes.MapReading("/readyz", context =>
        {
            string[] missing = [.. readiness.Missing, .. tools.IsInstalled ? Array.Empty<string>() : ["ffmpeg"]];
            return missing.Length == 0
                ? Reply.JsonAsync(context, new { status = "ready" })
                : Reply.JsonAsync(context, new { status = "not ready", missing }, StatusCodes.Status503ServiceUnavailable);
        });
    }
}
