using Peercast.Protocol.Scheduling;

namespace Peercast.Protocol.Swarm;

/// <summary>
/// When a chunk takes the way to the origin instead of the one over a neighbor, and under which cause: the same for a
/// live channel and a recording, whose schedulers differ in the margin they give.
/// </summary>
internal sealed class OriginRoute(SwarmContext context, RequestBook requests, OriginFetcher fetcher)
{
    /// <summary>How long a peer without neighbors hopes for one before the origin becomes its only source.</summary>
    private static readonly TimeSpan SoloGrace = TimeSpan.FromSeconds(3);

    private TimeSpan _aloneSince;

    /// <summary>What the origin takes for a chunk, in seconds.</summary>
    public double Seconds => fetcher.TransferTime.TotalSeconds;

    /// <summary>Playback began or jumped: neighbors are hoped for anew.</summary>
    public void Restart(TimeSpan now) => _aloneSince = now;

    /// <summary>Whether the origin is the only source; to be asked in every run, which is how it knows since when.</summary>
    public bool IsOnlySource(TimeSpan now)
    {
        if (context.Neighbors.Ready != 0)
        {
            _aloneSince = now;
        }

        return !context.Options.UseNeighbors || now - _aloneSince >= SoloGrace;
    }

    /// <summary>Has a chunk fetched, unless the origin said that it is gone.</summary>
    public void Take(ChunkEntry entry, OriginCause cause, bool isAhead = false)
    {
        if (entry.IsGone)
        {
            return;
        }

        bool isStartup = context.Neighbors.Ready == 0 || context.Playhead.State == PlaybackState.Starting;
        fetcher.Want(entry, isStartup ? OriginCause.Startup : cause, isAhead);
    }

    /// <summary>Has a chunk fetched by a viewer that is alone: what is not due yet waits for what is.</summary>
    public void TakeAlone(ChunkEntry entry, double toDeadline, double margin) =>
        Take(entry, OriginCause.Startup, isAhead: !FallbackRule.WhenUnasked(toDeadline, margin, Seconds));

    /// <summary>Gives a chunk that a neighbor was asked for to the origin, if it would otherwise come too late.</summary>
    public void Reconsider(TimeSpan now, ChunkEntry entry, PendingRequest request, double toDeadline, double margin)
    {
        if (!context.Options.Playback || !fetcher.CanFetch(now) || entry.IsGone)
        {
            return;
        }

        bool giveUp = request.IsAccepted
            ? FallbackRule.WhenAccepted(toDeadline, margin, Seconds, (request.ExpectedAt - now).TotalSeconds, request.HasBegun)
            : FallbackRule.WhenUnanswered(toDeadline, margin, Seconds, (request.GiveUpAt - now).TotalSeconds);
        if (giveUp)
        {
            requests.LeaveToOrigin(request);
            Take(entry, OriginCause.Fallback);
        }
    }
}
