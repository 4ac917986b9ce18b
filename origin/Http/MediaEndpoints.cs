using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using Peercast.Origin.Channels;
using Peercast.Origin.Media;
using Peercast.Protocol.Chunks;

namespace Peercast.Origin.Http;

/// <summary>Batches, init segments and chunks; HTTP.md, "Media".</summary>
internal sealed class MediaEndpoints(ChannelRegistry channels, PeercastOriginOptions options, TimeProvider time)
{
    /// <summary>The most chunks in one run.</summary>
    public const int MaxRun = 64;

    private const string Base = "/media/{name}/" + Channel.MainRendition;
    private const int DefaultBatches = 64;
    private const int MaxBatches = 512;
    private const string Octets = "application/octet-stream";

    /// <summary>Adds them.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPublic(Base + "/batches", channels, WithEdge(BatchesAsync));
        routes.MapPublic(Base + "/join", channels, WithEdge(JoinAsync));
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

        await Reply.BytesAsync(context, frames.Written, Octets).ConfigureAwait(false);
        CountBatches(channel, batches);
    }

    private async Task JoinAsync(HttpContext context, Channel channel)
    {
        ChunkStore store = channel.Store;
        if (!Reply.TryQuery(context, "latencyMs", options.TargetLatencyMs, 0, 3_600_000, out long latencyMs)
            || !Reply.TryQuery(context, "at", -1, -1, long.MaxValue, out long at)
            || !Reply.TryQuery(context, "startupMs", 1000, 0, 10_000, out long startupMs))
        {
            await Reply.ErrorAsync(
                context, StatusCodes.Status400BadRequest, "latencyMs must be 0 to 3600000, at a chunk id, startupMs 0 to 10000.").ConfigureAwait(false);
            return;
        }

        context.Response.Headers[HeaderNames.CacheControl] = Reply.NoStore;
        if (store.LiveEdge < 0)
        {
            await store.WaitAsync(-1, TimeSpan.FromMilliseconds(Math.Min(2000, options.MaxWaitMs)), time, context.RequestAborted).ConfigureAwait(false);
        }

        SegmentInfo? start = at >= 0 ? store.SegmentOf(at)
            : channel.Kind == ChannelKind.Recorded ? store.SegmentOf(store.FirstChunk)
            : store.JoinSegment(TimeSpan.FromMilliseconds(latencyMs));
        if (start is null || store.Init(start.InitIndex) is not { } init)
        {
            context.Response.Headers[HeaderNames.RetryAfter] = "1";
            await Reply.ErrorAsync(context, StatusCodes.Status404NotFound, "The channel has not begun. Try again.").ConfigureAwait(false);
            return;
        }

        IReadOnlyList<SignedBatch> batches = store.Batches(start.FirstChunk.Value, MaxBatches);
        var chunks = new List<StoredChunk>();
        long end = start.Start.Microseconds + (startupMs * 1000);
        for (long id = start.FirstChunk.Value; store.Find(id, out StoredChunk? chunk) == ChunkAvailability.Found
            && (chunk!.Info.PresentationTime.Microseconds < end && chunks.Count < MaxRun * 4); id++)
        {
            chunks.Add(chunk);
        }

        var frames = new FrameWriter();
        frames.AddInit(start.InitIndex, init.Bytes.Span);
        foreach (SignedBatch batch in batches)
        {
            frames.AddBatch(batch.Encoded.Span);
        }

        foreach (StoredChunk chunk in chunks)
        {
            frames.AddChunk(chunk.Info.Id.Value, store.Read(chunk).Span);
        }

        await Reply.BytesAsync(context, frames.Written, Octets).ConfigureAwait(false);
        channel.Stats.AddInit(init.Bytes.Length);
        CountBatches(channel, batches);
        foreach (StoredChunk chunk in chunks)
        {
            channel.Stats.AddChunk(chunk.Info.Length);
        }
    }

    private static async Task InitAsync(HttpContext context, Channel channel)
    {
        int index = int.Parse((string)context.Request.RouteValues["index"]!, CultureInfo.InvariantCulture);
        if (channel.Store.Init(index) is not { } init)
        {
            await Reply.ErrorAsync(context, StatusCodes.Status404NotFound, "There is no such init segment (any more).").ConfigureAwait(false);
            return;
        }

        await SendInitAsync(context, channel, init).ConfigureAwait(false);
    }

    /// <summary>An init segment, over /media or HLS.</summary>
    public static async Task SendInitAsync(HttpContext context, Channel channel, InitSegment init)
    {
        context.Response.Headers[HeaderNames.CacheControl] = Reply.Immutable;
        await Reply.BytesAsync(context, init.Bytes, "video/mp4").ConfigureAwait(false);
        channel.Stats.AddInit(init.Bytes.Length);
    }

    private static async Task ChunksAsync(HttpContext context, Channel channel)
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

        context.Response.Headers[HeaderNames.CacheControl] = Reply.Immutable;
        if (single)
        {
            await Reply.BytesAsync(context, store.Read(chunks[0]), Octets).ConfigureAwait(false);
        }
        else
        {
            var frames = new FrameWriter();
            chunks.ForEach(c => frames.Add(store.Read(c).Span));
            await Reply.BytesAsync(context, frames.Written, Octets).ConfigureAwait(false);
        }

        if (!HttpMethods.IsHead(context.Request.Method))
        {
            chunks.ForEach(c => channel.Stats.AddChunk(c.Info.Length));
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

    private static void CountBatches(Channel channel, IReadOnlyList<SignedBatch> batches) =>
        channel.Stats.AddBatch(batches.Sum(b => b.Encoded.Length));
}
