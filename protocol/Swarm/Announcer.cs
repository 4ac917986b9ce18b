using System.Runtime.InteropServices;
using Peercast.Protocol.Primitives;
using Peercast.Protocol.Scheduling;
using Peercast.Protocol.Wire;

namespace Peercast.Protocol.Swarm;

/// <summary>
/// Tells neighbors what is held: HAVE, collected for an interval and the same bytes for many, and ahead of it the
/// batches that a neighbor is not known to have.
/// </summary>
internal sealed class Announcer(SwarmContext context, UploadScheduler uploads)
{
    /// <summary>Of what a peer can give, announcing it takes no more than this.</summary>
    private const double ShareForHave = 0.1;

    /// <summary>A HAVE with a range or two, in bytes.</summary>
    private const int TypicalHaveLength = 24;

    private const double LongestSeconds = 1;

    /// <summary>
    /// With three quarters of the neighbors wanted, or fewer, the swarm is a small one, in which all are neighbors of all: a
    /// chunk needs a hop or two, and to wake everybody for every message is most of what sharing costs. The interval there is
    /// this part of the latency.
    /// </summary>
    private const double SmallSwarmShare = 0.1;

    private const double LongestSmallSwarmSeconds = 0.5;

    /// <summary>Who holds all that is new needs to know of it only to judge how rare it is.</summary>
    private static readonly TimeSpan TellAllInterval = TimeSpan.FromSeconds(1);

    private readonly List<ChunkId> _news = [];

    /// <summary>What was said since all were told, and who has not heard it.</summary>
    private readonly List<ChunkId> _recent = [];
    private ulong _behind;
    private TimeSpan _tellAllAt;
    private readonly List<ChunkRange> _ranges = [];
    private TimeSpan _lastFlush = TimeSpan.MinValue;
    private ChunkId _announcedBatchesBefore;

    /// <summary>When <see cref="Flush"/> is due.</summary>
    public TimeSpan Due { get; private set; } = TimeSpan.MaxValue;

    /// <summary>
    /// The edge that is told to neighbors: of a recording no more than this peer looks ahead for its own playback, which
    /// tells them where it stands.
    /// </summary>
    private ChunkId BatchesBefore
    {
        get
        {
            long edge = context.Ledger.ContiguousEdge.Value + 1;
            edge = context.Options.Recorded ? Math.Min(edge, context.LookAhead.Value) : edge;
            return new ChunkId(Math.Max(context.Window.Start.Value, edge));
        }
    }

    /// <summary>Longer in a small swarm, and where HAVE to many neighbors would take a good part of a slow line.</summary>
    private TimeSpan Interval
    {
        get
        {
            int neighbors = context.Neighbors.ReadyCount;
            bool isSmallSwarm = neighbors * 4 <= context.Options.TargetNeighbors * 3;
            double small = isSmallSwarm ? Math.Min(LongestSmallSwarmSeconds, SmallSwarmShare * context.Options.TargetLatency.TotalSeconds) : 0;
            double slow = neighbors * WireCost.Message(TypicalHaveLength) / (ShareForHave * uploads.BytesPerSecond);
            double seconds = Math.Max(Math.Max(small, slow), context.Options.HaveInterval.TotalSeconds);
            return TimeSpan.FromSeconds(Math.Min(seconds, LongestSeconds));
        }
    }

    /// <summary>A chunk is held from now on. The first one after a silence goes out at once.</summary>
    public void Add(TimeSpan now, ChunkId chunk)
    {
        _news.Add(chunk);
        Schedule(now, Interval);
    }

    /// <summary>Batches were learned; said with the next HAVE, or alone when none comes soon.</summary>
    public void BatchAdded(TimeSpan now) => Schedule(now, Interval * 1.5);

    /// <summary>Nothing of what waits is true any more.</summary>
    public void Clear()
    {
        _news.Clear();
        _recent.Clear();
    }

    /// <summary>Sends what waits to the neighbors that lack some of it, and now and then to all.</summary>
    public void Flush(TimeSpan now)
    {
        Due = TimeSpan.MaxValue;
        _lastFlush = now;
        bool tellsAll = context.Options.Recorded || now >= _tellAllAt;
        if (context.Neighbors.Ready == 0 || (_news.Count == 0 && BatchesBefore == _announcedBatchesBefore && !(tellsAll && _behind != 0)))
        {
            _news.Clear();
            return;
        }

        ulong told = tellsAll ? context.Neighbors.Ready : context.Neighbors.Ready & ~HoldersOfAll(_news);
        _recent.AddRange(_news);
        Tell(told & ~_behind, _news);
        Tell(told & _behind, _recent);
        _behind = context.Neighbors.Ready & ~told;
        _announcedBatchesBefore = BatchesBefore;
        _news.Clear();
        if (tellsAll)
        {
            _recent.Clear();
            _tellAllAt = now + TellAllInterval;
        }
        else if (_behind != 0)
        {
            Due = _tellAllAt;
        }
    }

    /// <summary>The handshake for a new connection.</summary>
    public void SendHandshake(Neighbor neighbor, PeerId me)
    {
        Capabilities capabilities = Capabilities.Relay | Capabilities.Upload;
        context.Send(neighbor, new HandshakeMessage(context.Swarm, me, capabilities, context.Window.Start, BatchesBefore).Encode());
    }

    /// <summary>Tells one neighbor everything: after its handshake, or when its window moved.</summary>
    public void SendEverything(Neighbor neighbor)
    {
        var held = new List<ChunkId>();
        ChunkId from = new(Math.Max(context.Window.Start.Value, neighbor.WindowStart.Value));
        for (ChunkId id = from; id <= context.Ledger.LiveEdge && context.Window.Find(id) is { } entry; id = id.Next)
        {
            if (entry.IsHeld)
            {
                held.Add(id);
            }
        }

        SendBatches(neighbor, CollectionsMarshal.AsSpan(held));
        CollectRanges(CollectionsMarshal.AsSpan(held));
        foreach (ReadOnlyMemory<byte> message in EncodeRanges())
        {
            context.Send(neighbor, message);
        }
    }

    private void Tell(ulong neighbors, List<ChunkId> chunks)
    {
        if (neighbors == 0)
        {
            return;
        }

        chunks.Sort();
        foreach (Neighbor neighbor in context.Neighbors.Of(neighbors))
        {
            SendBatches(neighbor, CollectionsMarshal.AsSpan(chunks));
        }

        CollectRanges(CollectionsMarshal.AsSpan(chunks));
        foreach (ReadOnlyMemory<byte> message in EncodeRanges())
        {
            foreach (Neighbor neighbor in context.Neighbors.Of(neighbors))
            {
                context.Send(neighbor, message);
            }
        }
    }

    private ulong HoldersOfAll(List<ChunkId> chunks)
    {
        ulong holders = ~0UL;
        foreach (ChunkId chunk in chunks)
        {
            holders &= context.Window.Find(chunk) is null ? 0 : context.Window.HoldersOf(chunk);
        }

        return chunks.Count == 0 ? 0 : holders;
    }

    private void Schedule(TimeSpan now, TimeSpan interval)
    {
        TimeSpan due = _lastFlush == TimeSpan.MinValue || now - _lastFlush >= interval ? now : _lastFlush + interval;
        if (due < Due)
        {
            Due = due;
        }
    }

    private void SendBatches(Neighbor neighbor, ReadOnlySpan<ChunkId> chunks)
    {
        // A viewer of a recording gets its batches from the origin, a minute ahead.
        if (context.Options.Recorded)
        {
            return;
        }

        foreach (ChunkId chunk in chunks)
        {
            if (context.Window.Find(chunk)?.Batch is not { } batch
                || (batch.KnownBy & neighbor.Bit) != 0
                || batch.Signed.Batch.Range.Last < neighbor.BatchesBefore
                || batch.Signed.Batch.Range.Last < neighbor.WindowStart)
            {
                continue;
            }

            batch.KnownBy |= neighbor.Bit;
            context.Send(neighbor, IntegrityMessage.Encode(batch.Signed.Encoded.Span));
        }
    }

    private void CollectRanges(ReadOnlySpan<ChunkId> sorted)
    {
        _ranges.Clear();
        foreach (ChunkId id in sorted)
        {
            if (id < context.Window.Start)
            {
                continue;
            }

            if (_ranges.Count > 0 && _ranges[^1].Last.Next >= id)
            {
                _ranges[^1] = new ChunkRange(_ranges[^1].First, id);
            }
            else
            {
                _ranges.Add(new ChunkRange(id, id));
            }
        }
    }

    /// <summary>One message as a rule; more when there are many gaps. None of the offsets passes 16 bits: the window is no wider.</summary>
    private IEnumerable<ReadOnlyMemory<byte>> EncodeRanges()
    {
        for (int i = 0; i == 0 || i < _ranges.Count; i += HaveMessage.MaxRanges)
        {
            int count = Math.Min(HaveMessage.MaxRanges, _ranges.Count - i);
            yield return HaveMessage.Encode(
                context.Window.Start, BatchesBefore, CollectionsMarshal.AsSpan(_ranges).Slice(i, count));
        }
    }
}
