using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;
using Peercast.Origin.Channels;
using Peercast.Origin.Ingest;

namespace Peercast.Origin.Http;

/// <summary><c>PUT /ingest/{channel}</c>: any container that ffmpeg reads, for hours; HTTP.md, "HTTP push".</summary>
internal sealed partial class PushEndpoint(
    ChannelRegistry channels, IPublishAuthorizer authorizer, Ffprobe probe, PeercastOriginOptions options, TimeProvider time, ILogger<PushEndpoint> logger)
{
    private const string Scheme = "Bearer ";
    private const int MaxKeyLength = 256;
    private const string OwnFailure = "The origin could not take the stream; its log says why. Publish again when that is mended.";

    /// <summary>Adds it.</summary>
    public void Map(IEndpointRouteBuilder routes) => routes.MapPut("/ingest/{name}", (RequestDelegate)PushAsync);

    private async Task PushAsync(HttpContext context)
    {
        if (Routes.Find(context, channels) is not { } channel)
        {
            await Routes.UnknownAsync(context).ConfigureAwait(false);
            return;
        }

        if (channel.StreamKey is null)
        {
            await Reply.ErrorAsync(
                context, StatusCodes.Status409Conflict, $"Channel '{channel.Name}' plays files and takes no publisher. Use a channel that is configured without a file.").ConfigureAwait(false);
            return;
        }

        switch (authorizer.TryAuthorize(channel, Key(context), out PublishTicket? ticket))
        {
            case PublishDenial.WrongKey:
                context.Response.Headers[HeaderNames.WWWAuthenticate] = "Bearer";
                await Reply.ErrorAsync(
                    context, StatusCodes.Status401Unauthorized, "Wrong stream key. Send 'Authorization: Bearer KEY' with the key that the origin printed at start.").ConfigureAwait(false);
                return;
            case PublishDenial.Busy:
                await Reply.ErrorAsync(
                    context, StatusCodes.Status409Conflict, $"Channel '{channel.Name}' already has a publisher. Stop that one first.").ConfigureAwait(false);
                return;
            default:
                await IngestAsync(context, ticket!).ConfigureAwait(false);
                return;
        }
    }

    private async Task IngestAsync(HttpContext context, PublishTicket ticket)
    {
        LiftLimits(context);
        string remote = context.Connection.RemoteIpAddress?.ToString() ?? "unknown";
        var source = new HttpPushSource(context.Request.BodyReader, remote, probe, TimeSpan.FromSeconds(options.PushIdleSeconds), time);
        try
        {
            // The place is free before the answer goes out: who is told to publish again may do so at once.
            using (ticket)
            {
                await ticket.RunAsync(source, context.RequestAborted).ConfigureAwait(false);
            }

            await Reply.JsonAsync(context, new { channel = ticket.Channel.Name, chunks = ticket.Channel.Store.ChunksProduced }).ConfigureAwait(false);
        }
        catch (IngestException e) when (!context.RequestAborted.IsCancellationRequested)
        {
            int status = e.Interrupted ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status415UnsupportedMediaType;
            await Reply.ErrorAsync(context, status, e.Message).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or IngestException || source.IsBroken || context.RequestAborted.IsCancellationRequested)
        {
            // The publisher hung up: there is nobody to answer.
            context.Abort();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // As of a full disk. What it says of the origin's folders is not the publisher's.
            LogIngestFailed(e, ticket.Channel.Name);
            ticket.Channel.Fault = OwnFailure;
            await Reply.ErrorAsync(context, StatusCodes.Status503ServiceUnavailable, OwnFailure).ConfigureAwait(false);
        }
    }

    /// <summary>A broadcast has no length and may pause; how long it may pause is an option of the origin's own.</summary>
    private static void LiftLimits(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }

        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = null;
        }
    }

    private static string Key(HttpContext context)
    {
        string header = context.Request.Headers.Authorization.ToString();
        return header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) && header.Length <= Scheme.Length + MaxKeyLength
            ? header[Scheme.Length..].Trim()
            : "";
    }
}
