using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Peercast.Origin.Channels;
using Peercast.Origin.Egress;
using Peercast.Protocol.Chunks;

namespace Peercast.Origin.Http;

/// <summary>All for a fast start in one answer, or a place in the queue; HTTP.md, "Join" and "A full channel".</summary>
internal sealed class JoinReply(PeercastOriginOptions options, TimeProvider time, EgressGate egress)
{
    private const int MaxChunks = MediaEndpoints.MaxRun * 4;

    /// <summary>Answers a join.</summary>
    public async Task SendAsync(HttpContext context, Channel channel)
    {
        ChunkStore store = channel.Store;
        if (!Reply.TryQuery(context, "latencyMs", options.TargetLatencyMs, 0, 3_600_000, out long latencyMs)
            || !Reply.TryQuery(context, "at", -1, -1, long.MaxValue, out long at)
            || !Reply.TryQuery(context, "startupMs", 1000, 0, 10_000, out long startupMs)
            || !Reply.TryQuery(context, "ticket", 0, 0, long.MaxValue, out long ticket))
        {
            await Reply.ErrorAsync(
                context,
                StatusCodes.Status400BadRequest,
                "latencyMs must be 0 to 3600000, at a chunk id, startupMs 0 to 10000, ticket what the last answer gave.").ConfigureAwait(false);
            return;
        }

        context.Response.Headers[HeaderNames.CacheControl] = Reply.NoStore;
        if (store.LiveEdge < 0)
        {
            await store.WaitAsync(-1, TimeSpan.FromMilliseconds(Math.Min(2000, options.MaxWaitMs)), time, context.RequestAborted).ConfigureAwait(false);
        }

        if (Start(channel, at, latencyMs) is not { } start || store.Init(start.InitIndex) is not { } init)
        {
            context.Response.Headers[HeaderNames.RetryAfter] = "1";
            await Reply.ErrorAsync(context, StatusCodes.Status404NotFound, "The channel has not begun. Try again.").ConfigureAwait(false);
            return;
        }

        List<StoredChunk> chunks = FirstMedia(store, start, startupMs);
        bool isHead = HttpMethods.IsHead(context.Request.Method);

        // Who names a chunk watches already, and jumps: that goes before those who join.
        EgressClass kind = at >= 0 ? EgressClass.Watching : EgressClass.Joining;
        if (kind == EgressClass.Joining && !isHead)
        {
            JoinAnswer answer = egress.Ask(channel.Name, ticket, chunks.Sum(c => (long)c.Info.Length), store.Bitrate);
            if (answer.Verdict != JoinVerdict.Admitted)
            {
                await TurnAwayAsync(context, answer).ConfigureAwait(false);
                return;
            }

            bool hasWish = context.Request.Query.ContainsKey("latencyMs");
            if (!hasWish && Start(channel, at, (long)(latencyMs * answer.Latency)) is { } earlier && earlier.InitIndex == start.InitIndex)
            {
                start = earlier;
                chunks = FirstMedia(store, start, startupMs);
            }
        }

        long media = chunks.Sum(c => (long)c.Info.Length);
        using PacedSending? sending = egress.Open(kind, isHead ? 0 : media);
        if (sending is null)
        {
            await Reply.BusyAsync(context).ConfigureAwait(false);
            return;
        }

        IReadOnlyList<SignedBatch> batches = store.Batches(start.FirstChunk.Value, MediaEndpoints.MaxBatches);
        var head = new FrameWriter();
        head.AddInit(start.InitIndex, init.Bytes.Span);
        foreach (SignedBatch batch in batches)
        {
            head.AddBatch(batch.Encoded.Span);
        }

        context.Response.ContentType = MediaEndpoints.Octets;
        context.Response.ContentLength = head.Written.Length + media + (chunks.Count * FrameWriter.ChunkOverhead);
        if (isHead)
        {
            return;
        }

        egress.Charge(head.Written.Length);
        await context.Response.Body.WriteAsync(head.Written, context.RequestAborted).ConfigureAwait(false);
        channel.Stats.AddInit(init.Bytes.Length);
        channel.Stats.AddBatch(batches.Sum(b => b.Encoded.Length));
        foreach (StoredChunk chunk in chunks)
        {
            await sending.TurnAsync(chunk.Info.Length, context.RequestAborted).ConfigureAwait(false);
            var frame = new FrameWriter();
            frame.AddChunk(chunk.Info.Id.Value, store.Read(chunk).Span);
            await context.Response.Body.WriteAsync(frame.Written, context.RequestAborted).ConfigureAwait(false);
            channel.Stats.AddChunk(chunk.Info.Length);
        }
    }

    private static SegmentInfo? Start(Channel channel, long at, long latencyMs) =>
        at >= 0 ? channel.Store.SegmentOf(at)
        : channel.Kind == ChannelKind.Recorded ? channel.Store.SegmentOf(channel.Store.FirstChunk)
        : channel.Store.JoinSegment(TimeSpan.FromMilliseconds(latencyMs));

    private static List<StoredChunk> FirstMedia(ChunkStore store, SegmentInfo start, long startupMs)
    {
        var chunks = new List<StoredChunk>();
        long end = start.Start.Microseconds + (startupMs * 1000);
        for (long id = start.FirstChunk.Value; store.Find(id, out StoredChunk? chunk) == ChunkAvailability.Found
            && chunk!.Info.PresentationTime.Microseconds < end && chunks.Count < MaxChunks; id++)
        {
            chunks.Add(chunk);
        }

        return chunks;
    }

    private static Task TurnAwayAsync(HttpContext context, JoinAnswer answer)
    {
        int seconds = (int)Math.Ceiling(answer.RetryAfter.TotalSeconds);
        context.Response.Headers[HeaderNames.RetryAfter] = seconds.ToString(CultureInfo.InvariantCulture);
        return answer.Verdict == JoinVerdict.Queued
            ? Reply.JsonAsync(
                context,
                new
                {
                    error = $"The channel is full. Your place in the queue is {answer.Place}: ask again in {seconds} s, with this ticket.",
                    reason = "queue",
                    retryAfterMs = (long)answer.RetryAfter.TotalMilliseconds,
                    ticket = answer.Ticket.ToString(CultureInfo.InvariantCulture),
                    place = answer.Place,
                },
                StatusCodes.Status503ServiceUnavailable)
            : Reply.JsonAsync(
                context,
                new
                {
                    error = "The channel is full, and so is its queue. Come back later.",
                    reason = "full",
                    retryAfterMs = (long)answer.RetryAfter.TotalMilliseconds,
                },
                StatusCodes.Status503ServiceUnavailable);
    }
}
