using Peercast.Protocol.Primitives;

namespace Peercast.Protocol.Swarm;

/// <summary>Moves the window on: forgets the oldest chunks once they are too old, too many bytes, or in the way of new ones.</summary>
internal sealed class StoreKeeper(SwarmContext context)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private TimeSpan _next;

    public void Tick(TimeSpan now)
    {
        if (now < _next)
        {
            return;
        }

        _next = now + Interval;
        ChunkId start = context.Window.Start;
        long bytes = context.Window.HeldBytes;
        while (start < context.Playhead.Next && context.Window.Find(start) is { } entry && IsTooMuch(now, entry, bytes))
        {
            bytes -= entry.Bytes.Length;
            start = start.Next;
        }

        context.Window.SlideTo(start);
    }

    private bool IsTooMuch(TimeSpan now, ChunkEntry entry, long bytes)
    {
        if (bytes > context.Options.StoreBytes || context.Playhead.Next - entry.Id > context.Options.WindowChunks / 2)
        {
            return true;
        }

        // What was watched of a recording is as good to those behind as what is fresh: only room limits it.
        if (context.Options.Recorded)
        {
            return false;
        }

        if (entry.Batch is null)
        {
            return true;
        }

        return context.Window.Find(context.Ledger.LiveEdge) is { Batch: not null } newest
            && (newest.Info.PresentationTime - entry.Info.PresentationTime).ToTimeSpan() > context.Options.StoreDuration
            && context.Playhead.DeadlineOf(now, entry) < now;
    }
}
