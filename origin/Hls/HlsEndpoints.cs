using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using Peercast.Origin.Channels;
using Peercast.Origin.Egress;
using Peercast.Origin.Http;

namespace Peercast.Origin.Hls;

/// <summary>The same channel for VLC, ffplay, Safari and hls.js, all of it from the origin.</summary>
internal sealed class HlsEndpoints(ChannelRegistry channels, PeercastOriginOptions options, TimeProvider time, EgressGate egress)
{
    private const string Base = "/hls/{name}/" + Channel.MainRendition;
    private const string PlaylistType = "application/vnd.apple.mpegurl";

    /// <summary>Adds them.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPublic("/hls/{name}/master.m3u8", channels, MasterAsync);
        routes.MapPublic(Base + "/index.m3u8", channels, MediaAsync);
        routes.MapPublic(Base + "/init-{index:int}.mp4", channels, InitAsync);
        routes.MapPublic(Base + "/seg-{segment:long}.m4s", channels, SegmentAsync);
    }

    private async Task MasterAsync(HttpContext context, Channel channel)
    {
        if (await PlaylistAsync(context, channel).ConfigureAwait(false) is null)
        {
            await NotBegunAsync(context).ConfigureAwait(false);
            return;
        }

        // Players read the master playlist once, at the beginning: who has one goes on.
        if (HttpMethods.IsGet(context.Request.Method) && !egress.LetsHlsIn(channel.Store.Bitrate))
        {
            context.Response.Headers[HeaderNames.RetryAfter] = "10";
            await Reply.JsonAsync(
                context,
                new { error = "The channel is full for players that take all from the origin. Use the player, which takes most from other viewers, or try again.", reason = "full" },
                StatusCodes.Status503ServiceUnavailable).ConfigureAwait(false);
            return;
        }

        await SendAsync(context, HlsPlaylist.Master(channel)).ConfigureAwait(false);
    }

    private async Task MediaAsync(HttpContext context, Channel channel)
    {
        if (await PlaylistAsync(context, channel).ConfigureAwait(false) is not { } playlist)
        {
            await NotBegunAsync(context).ConfigureAwait(false);
            return;
        }

        await SendAsync(context, playlist).ConfigureAwait(false);
    }

    /// <summary>A player gives up at the first refusal: a channel that is only just beginning makes it wait a little instead.</summary>
    private async Task<string?> PlaylistAsync(HttpContext context, Channel channel)
    {
        ChunkStore store = channel.Store;
        long start = time.GetTimestamp();
        var limit = TimeSpan.FromMilliseconds(options.MaxWaitMs);
        while (true)
        {
            long edge = store.LiveEdge;
            string? playlist = HlsPlaylist.Media(store.WholeSegments(), store.IsComplete, channel.Kind == ChannelKind.Recorded);
            TimeSpan left = limit - time.GetElapsedTime(start);
            if (playlist is not null || left <= TimeSpan.Zero
                || !await store.WaitAsync(edge, left, time, context.RequestAborted).ConfigureAwait(false))
            {
                return playlist;
            }
        }
    }

    private static Task NotBegunAsync(HttpContext context)
    {
        context.Response.Headers[HeaderNames.RetryAfter] = "2";
        return Reply.ErrorAsync(context, StatusCodes.Status404NotFound, "The channel has not begun. Try again.");
    }

    private static async Task SendAsync(HttpContext context, string playlist)
    {
        context.Response.Headers[HeaderNames.CacheControl] = "no-cache";
        await Reply.BytesAsync(context, Encoding.UTF8.GetBytes(playlist), PlaylistType).ConfigureAwait(false);
    }

    private async Task InitAsync(HttpContext context, Channel channel)
    {
        int index = int.Parse((string)context.Request.RouteValues["index"]!, CultureInfo.InvariantCulture);
        if (channel.Store.Init(index) is not { } init)
        {
            await Reply.ErrorAsync(context, StatusCodes.Status404NotFound, "There is no such init segment (any more).").ConfigureAwait(false);
            return;
        }

        await MediaEndpoints.SendInitAsync(context, channel, init, egress).ConfigureAwait(false);
    }

    private async Task SegmentAsync(HttpContext context, Channel channel)
    {
        long number = long.Parse((string)context.Request.RouteValues["segment"]!, CultureInfo.InvariantCulture);
        ChunkStore store = channel.Store;
        if (store.Segment(number, out bool closed) is not { } segment || !closed)
        {
            await Reply.ErrorAsync(context, StatusCodes.Status404NotFound, "There is no such segment (any more, or yet).").ConfigureAwait(false);
            return;
        }

        var chunks = new List<StoredChunk>();
        for (long id = segment.FirstChunk.Value; id <= segment.LastChunk.Value; id++)
        {
            if (store.Find(id, out StoredChunk? chunk) != ChunkAvailability.Found)
            {
                await Reply.ErrorAsync(context, StatusCodes.Status404NotFound, "The segment is leaving the ring.").ConfigureAwait(false);
                return;
            }

            chunks.Add(chunk!);
        }

        bool isHead = HttpMethods.IsHead(context.Request.Method);
        using PacedSending? sending = egress.Open(EgressClass.Hls, isHead ? 0 : chunks.Sum(c => (long)c.Info.Length));
        if (sending is null)
        {
            await Reply.BusyAsync(context).ConfigureAwait(false);
            return;
        }

        context.Response.Headers[HeaderNames.CacheControl] = Reply.Immutable;
        context.Response.ContentType = "video/iso.segment";
        context.Response.ContentLength = chunks.Sum(c => (long)c.Info.Length);
        if (isHead)
        {
            return;
        }

        foreach (StoredChunk chunk in chunks)
        {
            await sending.TurnAsync(chunk.Info.Length, context.RequestAborted).ConfigureAwait(false);
            await context.Response.Body.WriteAsync(store.Read(chunk), context.RequestAborted).ConfigureAwait(false);
            channel.Stats.AddHls(chunk.Info.Length);
        }
    }
}
