using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using Peercast.Origin.Channels;
using Peercast.Origin.Egress;
using Peercast.Origin.Media;
using Peercast.Protocol.Chunks;

namespace Peercast.Origin.Http;

/// <summary>Batches, init segments and chunks; HTTP.md, "Media".</summary>
internal sealed class MediaEndpoints(ChannelRegistry channels, PeercastOriginOptions options, TimeProvider time, EgressGate egress)
{
    /// <summary>The most chunks in one run.</summary>
    public const int MaxRun = 64;

    private const string Base = "/media/{name}/" + Channel.MainRendition;
    private const int DefaultBatches = 64;
    internal const int MaxBatches = 512;
    internal const string Octets = "application/octet-stream";

    /// <summary>Adds them.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPublic(Base + "/batches", channels, WithEdge(BatchesAsync));
        routes.MapPublic(Base + "/join", channels, WithEdge(new JoinReply(options, time, egress).SendAsync));
        routes.MapPublic(Base + "/init/{index:int}", channels, WithEdge(InitAsync));
        routes.MapPublic(Base + "/chunks/{run}", channels, WithEdge(ChunksAsync));
    }

    private static Func<HttpContext, Channel, Task> WithEdge(Func<HttpContext, Channel, Task> handler) => (context, channel) =>
    {
        // Said as late as possible: a request may have waited for the edge to move.
        context.Response.OnStarting(() =>
        {
            context.Response.Headers[Reply.LiveEdgeHeader] = channel.Store.LiveEdge.ToString(CultureInfo.InvariantCulture);
            return Task.CompletedTask;
        });
        return handler(context, channel);
    };

    private async Task BatchesAsync(HttpContext context, Channel channel)
    {
        if (!Reply.TryQuery(context, "from", 0, -1, long.MaxValue, out long from)
            || !Reply.TryQuery(context, "waitMs", 0, 0, options.MaxWaitMs, out long waitMs)
            || !Reply.TryQuery(context, "max", DefaultBatches, 1, MaxBatches, out long max))
        {
            await Reply.ErrorAsync(
                context, StatusCodes.Status400BadRequest, $"from must be -1 or a chunk id, waitMs 0 to {options.MaxWaitMs}, max 1 to {MaxBatches}.").ConfigureAwait(false);
            return;
        }

        context.Response.Headers[HeaderNames.CacheControl] = Reply.NoStore;
        if (waitMs > 0)
        {
            await channel.Store.WaitAsync(Math.Max(from, 0) - 1, TimeSpan.FromMilliseconds(waitMs), time, context.RequestAborted).ConfigureAwait(false);
        }

        IReadOnlyList<SignedBatch> batches = channel.Store.Batches(from, (int)max);
        if (batches.Count == 0)
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        var frames = new FrameWriter();
        foreach (SignedBatch batch in batches)
        {
            frames.Add(batch.Encoded.Span);
        }

        egress.Charge(frames.Written.Length);
        await Reply.BytesAsync(context, frames.Written, Octets).ConfigureAwait(false);
        channel.Stats.AddBatch(batches.Sum(b => b.Encoded.Length));
    }

    private async Task InitAsync(HttpContext context, Channel channel)
    {
        int index = int.Parse((string)context.Request.RouteValues["index"]!, CultureInfo.InvariantCulture);
        if (channel.Store.Init(index) is not { } init)
        {
            await Reply.ErrorAsync(context, StatusCodes.Status404NotFound, "There is no such init segment (any more).").ConfigureAwait(false);
            return;
        }

        await SendInitAsync(context, channel, init, egress).ConfigureAwait(false);
    }

    /// <summary>An init segment, over /media or HLS.</summary>
    public static async Task SendInitAsync(HttpContext context, Channel channel, InitSegment init, EgressGate egress)
    {
        egress.Charge(init.Bytes.Length);
        context.Response.Headers[HeaderNames.CacheControl] = Reply.Immutable;
        await Reply.BytesAsync(context, init.Bytes, "video/mp4").ConfigureAwait(false);
        channel.Stats.AddInit(init.Bytes.Length);
    }

    private async Task ChunksAsync(HttpContext context, Channel channel)
    {
        if (!TryParseRun((string)context.Request.RouteValues["run"]!, out long first, out long last, out bool single))
        {
            await Reply.ErrorAsync(
                context, StatusCodes.Status400BadRequest, $"Ask for one chunk ({{id}}) or a run of at most {MaxRun} ({{first}}-{{last}}).").ConfigureAwait(false);
            return;
        }

        ChunkStore store = channel.Store;
        var chunks = new List<StoredChunk>();
        for (long id = first; id <= last; id++)
        {
            ChunkAvailability availability = store.Find(id, out StoredChunk? chunk);
            if (availability != ChunkAvailability.Found)
            {
                await MissingAsync(context, store, availability, single).ConfigureAwait(false);
                return;
            }

            chunks.Add(chunk!);
        }

        bool isHead = HttpMethods.IsHead(context.Request.Method);
        using PacedSending? sending = egress.Open(EgressClass.Watching, isHead ? 0 : chunks.Sum(c => (long)c.Info.Length));
        if (sending is null)
        {
            await Reply.BusyAsync(context).ConfigureAwait(false);
            return;
        }

        context.Response.Headers[HeaderNames.CacheControl] = Reply.Immutable;
        context.Response.ContentType = Octets;
        context.Response.ContentLength = chunks.Sum(c => (long)c.Info.Length + (single ? 0 : sizeof(int)));
        if (isHead)
        {
            return;
        }

        foreach (StoredChunk chunk in chunks)
        {
            await sending.TurnAsync(chunk.Info.Length, context.RequestAborted).ConfigureAwait(false);
            var frame = new FrameWriter();
            if (!single)
            {
                frame.Add(store.Read(chunk).Span);
            }

            await context.Response.Body.WriteAsync(single ? store.Read(chunk) : frame.Written, context.RequestAborted).ConfigureAwait(false);
            channel.Stats.AddChunk(chunk.Info.Length);
        }
    }

    private static Task MissingAsync(HttpContext context, ChunkStore store, ChunkAvailability availability, bool single)
    {
        context.Response.Headers[HeaderNames.CacheControl] = Reply.NoStore;
        if (availability == ChunkAvailability.NotYet && !store.IsComplete)
        {
            context.Response.Headers[HeaderNames.RetryAfter] = "1";
        }

        return availability == ChunkAvailability.Gone && single
            ? Reply.ErrorAsync(context, StatusCodes.Status410Gone, "The chunk has left the ring.")
            : Reply.ErrorAsync(context, StatusCodes.Status404NotFound, "Not all of these chunks are there; " + Reply.LiveEdgeHeader + " is the last one.");
    }

    private static bool TryParseRun(string text, out long first, out long last, out bool single)
    {
        int dash = text.IndexOf('-', StringComparison.Ordinal);
        single = dash < 0;
        last = -1;
        if (!long.TryParse(single ? text : text.AsSpan(0, dash), NumberStyles.None, CultureInfo.InvariantCulture, out first))
        {
            return false;
        }

        last = first;
        return single
            || (long.TryParse(text.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out last) && last >= first && last - first < MaxRun);
    }
}
