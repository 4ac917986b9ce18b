using Peercast.Protocol.Primitives;
using Peercast.Protocol.Scheduling;

namespace Peercast.Protocol.Swarm;

/// <summary>
/// What a peer has early of a recording for the sake of those in front of it. A viewer far behind has nothing they
/// lack, and its uplink would be idle while the first ones, whom nobody is in front of, all take the same chunks from
/// the origin. So the seeds share the segments that anybody looks at, wherever they themselves play: each takes its
/// share from whoever has it, or as the one copy from the origin. It will need it later anyway.
/// </summary>
internal sealed class RecordedDuty(SwarmContext context, SeedRole seeds, OriginFetcher fetcher)
{
    /// <summary>How long before it is needed a chunk that nobody holds is taken from the origin.</summary>
    private const double LeadSeconds = 15;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(0.25);

    private readonly Dictionary<long, bool> _segments = [];
    private TimeSpan _next;
    private int _segmentsOf = -1;

    /// <summary>What the neighbors want.</summary>
    public RecordedDemand Demand { get; } = new();

    /// <summary>The origin's attention may be spent on others: one fetch at a time, so that a jump or a rescue never waits for it.</summary>
    public bool CanFetch => fetcher.Runs == 0 && context.Options.Playback;

    /// <summary>Looks at the neighbors anew, if it is time.</summary>
    /// <returns>Whether it was.</returns>
    public bool Tick(TimeSpan now, double chunksPerSecond)
    {
        if (now < _next || chunksPerSecond <= 0)
        {
            return false;
        }

        _next = now + Interval;
        Demand.Clear(chunksPerSecond);
        foreach (Neighbor neighbor in context.Neighbors.AllReady)
        {
            Demand.Add(neighbor.Bit, neighbor.BatchesBefore, context.Options.AheadWindow.TotalSeconds);
        }

        return true;
    }

    /// <summary>Goes over the segments that are this peer's share.</summary>
    /// <param name="now">The time.</param>
    /// <param name="ask">Called for each chunk to be asked of a neighbor, with the seconds until another one needs it.</param>
    public void Run(TimeSpan now, Action<ChunkEntry, double> ask)
    {
        if (!seeds.IsSeed)
        {
            return;
        }

        if (_segmentsOf != seeds.Changes)
        {
            _segmentsOf = seeds.Changes;
            _segments.Clear();
        }

        ChunkId end = Demand.End <= context.Ledger.LiveEdge ? Demand.End : context.Ledger.LiveEdge.Next;
        for (ChunkId id = context.Playhead.Next; id < end && context.Window.Find(id) is { } entry; id = id.Next)
        {
            if (entry is { IsHeld: false, Batch: not null, OriginRequest: 0, Request: null, IsGone: false } && IsMine(entry.Info.Segment))
            {
                Consider(now, entry, ask);
            }
        }
    }

    private void Consider(TimeSpan now, ChunkEntry entry, Action<ChunkEntry, double> ask)
    {
        double toNeed = Demand.SecondsToNeed(entry.Id, context.Window.HoldersOf(entry.Id));
        if (double.IsInfinity(toNeed) || toNeed >= (context.Playhead.DeadlineOf(now, entry) - now).TotalSeconds)
        {
            return;
        }

        if (context.Window.HoldersOf(entry.Id) != 0)
        {
            ask(entry, toNeed);
        }
        else if (toNeed < LeadSeconds && CanFetch)
        {
            fetcher.Want(entry, OriginCause.Seed);
        }
    }

    private bool IsMine(long segment)
    {
        if (!_segments.TryGetValue(segment, out bool isMine))
        {
            isMine = seeds.IsMine(segment);
            _segments.Add(segment, isMine);
        }

        return isMine;
    }
}
