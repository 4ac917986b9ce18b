using Peercast.Protocol.Primitives;
using Peercast.Protocol.Swarm;

namespace Peercast.Simulation.Engines.Reference;

/// <summary>
/// What p2p-media-loader 2.3 does (hybrid-loader.ts, loader.ts, peer.ts): whole segments, the origin first for what is
/// due soon, neighbors for the rest, and now and then a segment from the origin ahead of time for the others.
/// </summary>
/// <remarks>
/// Its values: two fetches from the origin and three downloads at once, one neighbor per segment and one segment per
/// neighbor; a download that stands still for 2 s is given up, and a neighbor with three such in a row; a fetch for 3 s.
/// What has come of a segment is kept when another source goes on with it, here to the chunk. Nothing is verified unless
/// the page does it, and so nothing is here: what a polluter sends is played and passed on. A playlist's reloads
/// are long polls here, which lists a segment somewhat earlier; ABR and a player's own retries are left out.
/// </remarks>
internal sealed class WholeSegmentRules : IReferenceRules
{
    private const int FetchesAtOnce = 2, DownloadsAtOnce = 3, MostTimeOuts = 3;
    private static readonly TimeSpan DownloadTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan FetchTimeout = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan FetchRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PlaybackUpdates = TimeSpan.FromSeconds(1);

    private readonly EngineParts _parts;
    private readonly TimeSpan _highDemand;
    private readonly SegmentList _segments;
    private TimeSpan _nextLook;
    private TimeSpan _nextThrow;
    private bool _hasNews;

    /// <param name="parts">The engine's.</param>
    /// <param name="highDemand">What is due within this comes from the origin first, as long as it has a fetch free.</param>
    public WholeSegmentRules(EngineParts parts, TimeSpan highDemand)
    {
        (_parts, _highDemand, _segments) = (parts, highDemand, new SegmentList(parts.Shelf));
        parts.Exchange.TakesOneRequestAtATime = true;
    }

    /// <summary>As installed: 15 s, whatever the live latency.</summary>
    public static TimeSpan DefaultHighDemand { get; } = TimeSpan.FromSeconds(15);

    public TimeSpan Kept => _highDemand;

    private int Fetches => _segments.All.Count(s => s.IsFetching);

    private int Downloads => _segments.All.Count(s => s.IsDownloading);

    public void Listed(TimeSpan now) => Decide(now);

    public void KeepHouse(TimeSpan now)
    {
        bool lost = GiveUpLate(now);
        if (lost || now >= _nextLook)
        {
            _nextLook = now + PlaybackUpdates;
            Decide(now);
        }

        if (now >= _nextThrow)
        {
            if (_nextThrow > TimeSpan.Zero)
            {
                Prefetch(now);
            }

            _nextThrow = now + Lottery.UntilNextThrow(_parts.Peers.Neighbors.Count, _parts.Random);
        }
    }

    public bool Accepts(TimeSpan now, ReferenceNeighbor neighbor, KnownChunk chunk, ReadOnlyMemory<byte> bytes) => true;

    public void Received(TimeSpan now, KnownChunk chunk)
    {
        _segments.Update();
        if (_segments.Find(chunk.Info.Segment) is not { IsStored: false } segment)
        {
            return;
        }

        segment.FetchedAt = now;
        List<KnownChunk> chunks = [.. Chunks(segment)];
        if (chunks.TrueForAll(c => c.IsReceived))
        {
            segment.IsStored = true;
            segment.Fetch = 0;
            _hasNews = true;
            foreach (KnownChunk each in chunks)
            {
                each.IsHeld = true;

                // For the report alone: the engine does not know.
                _parts.Tally.CorruptChunks += _parts.Verifier.IsGenuine(each.Info, each.Bytes) ? 0 : 1;
            }

            Decide(now);
        }
    }

    public void Connected(ReferenceNeighbor neighbor)
    {
        if (!_parts.Exchange.GivesNothing)
        {
            _parts.Exchange.Send(neighbor, Announcement());
        }
    }

    public void Heard(TimeSpan now, ReferenceNeighbor neighbor, ReadOnlySpan<byte> message)
    {
        ReferenceMessage.ReadAnnounce(message, neighbor.Has, neighbor.Loads);
        Decide(now);
    }

    public void Refused(TimeSpan now, Download download)
    {
        ReferenceNeighbor neighbor = download.Neighbor;
        neighbor.Rate.Clear();
        if (_parts.Shelf.Find(download.Range.Last) is { } chunk)
        {
            neighbor.Has.Remove(chunk.Info.Segment);
        }

        Decide(now);
    }

    public void Finished(TimeSpan now, Download download)
    {
        // The segment is stored with its last chunk.
    }

    public void FetchEnded(TimeSpan now, int fetch)
    {
        if (_segments.All.FirstOrDefault(s => s.Fetch == fetch) is { } segment)
        {
            segment.Fetch = 0;
            segment.NotBefore = now + FetchRetry;
            Decide(now);
        }
    }

    public void Dropped(KnownChunk first)
    {
        if (_segments.DropBefore(first.Info.Segment))
        {
            _hasNews = true;
        }
    }

    private IEnumerable<KnownChunk> Chunks(Segment segment)
    {
        for (ChunkId id = segment.Chunks.First; id <= segment.Chunks.Last && _parts.Shelf.Find(id) is { } chunk; id = id.Next)
        {
            yield return chunk;
        }
    }

    /// <summary>What playback still needs, in its order.</summary>
    private List<Segment> Queue()
    {
        ChunkId next = _parts.Playhead.Next;
        return [.. _segments.All.Where(s => !s.IsStored && s.Chunks.Last >= next)];
    }

    private MediaTime Position(TimeSpan now, Segment first) => _parts.Playhead.PositionAt(now) ?? first.Start;

    private void Decide(TimeSpan now)
    {
        _segments.Update();
        List<Segment> queue = Queue();
        for (int i = 0; i < queue.Count; i++)
        {
            Decide(now, queue, i);
        }

        Announce();
    }

    private void Decide(TimeSpan now, List<Segment> queue, int place)
    {
        Segment segment = queue[place];
        if (segment.IsStored || _parts.Origin.IsComing(now, _parts.Shelf.Find(segment.Chunks.First)!))
        {
            return;
        }

        bool mayFetch = now >= segment.NotBefore;
        if (!segment.IsWithin(Position(now, queue[0]), _highDemand))
        {
            if (!segment.IsLoading && Downloads < DownloadsAtOnce)
            {
                Download(now, segment);
            }
        }
        else if (segment.IsDownloading)
        {
            if (mayFetch && HasFetchFree(queue, place))
            {
                _parts.Exchange.Cancel(now, segment.Download!);
                Fetch(now, segment, FetchCause.Hurry);
            }
        }
        else if (!segment.IsFetching)
        {
            if (mayFetch && HasFetchFree(queue, place))
            {
                Fetch(now, segment, FetchCause.Hurry);
            }
            else if (IsHeldBySomebody(segment) && HasDownloadFree(now, queue, place))
            {
                Download(now, segment);
            }
        }
    }

    /// <summary>A fetch may begin, or one of a later segment can make room.</summary>
    private bool HasFetchFree(List<Segment> queue, int place)
    {
        if (Fetches < FetchesAtOnce)
        {
            return true;
        }

        if (queue.FindLastIndex(s => s.IsFetching) is var last && last <= place)
        {
            return false;
        }

        _parts.Origin.Cancel(queue[last].Fetch);
        queue[last].Fetch = 0;
        return true;
    }

    private bool HasDownloadFree(TimeSpan now, List<Segment> queue, int place)
    {
        if (Downloads < DownloadsAtOnce)
        {
            return true;
        }

        if (queue.FindLastIndex(s => s.IsDownloading) is var last && last <= place)
        {
            return false;
        }

        _parts.Exchange.Cancel(now, queue[last].Download!);
        return true;
    }

    private bool IsHeldBySomebody(Segment segment) => _parts.Peers.Neighbors.Any(n => n.Has.Contains(segment.Number));

    private void Fetch(TimeSpan now, Segment segment, FetchCause cause)
    {
        segment.Fetch = _parts.Origin.Fetch(Missing(segment), cause);
        segment.FetchedAt = now;
        _hasNews = true;
    }

    private void Download(TimeSpan now, Segment segment)
    {
        List<ReferenceNeighbor> suppliers = [.. _parts.Peers.Neighbors.Where(n => n.Downloads.Count == 0 && n.Has.Contains(segment.Number))];
        if (suppliers.Count > 0)
        {
            ReferenceNeighbor chosen = suppliers[Lottery.Supplier([.. suppliers.Select(s => s.Rate.BitsPerSecond)], _parts.Random)];
            segment.Download = _parts.Exchange.Ask(now, chosen, Missing(segment));
        }
    }

    private ChunkRange Missing(Segment segment) => new(Chunks(segment).First(c => !c.IsReceived).Id, segment.Chunks.Last);

    private bool GiveUpLate(TimeSpan now)
    {
        bool any = false;
        foreach (Segment segment in _segments.All)
        {
            if (segment.IsFetching && now - segment.FetchedAt >= FetchTimeout)
            {
                _parts.Origin.Cancel(segment.Fetch);
                segment.Fetch = 0;
                any = true;
            }

            if (segment.Download is { IsOver: false } download && now - download.LastBytesAt >= DownloadTimeout)
            {
                _parts.Tally.RequestsTimedOut++;
                _parts.Exchange.Cancel(now, download);
                download.Neighbor.Rate.Clear();
                if (++download.Neighbor.TimeOuts >= MostTimeOuts)
                {
                    _parts.Drop(now, download.Neighbor, DisconnectReason.Silent);
                }

                any = true;
            }
        }

        return any;
    }

    private void Prefetch(TimeSpan now)
    {
        int free = FetchesAtOnce - Fetches, neighbors = _parts.Peers.Neighbors.Count;
        if (free <= 0 || neighbors == 0)
        {
            return;
        }

        List<Segment> candidates = [.. Queue().Where(s => !s.IsLoading && now >= s.NotBefore
            && !_parts.Peers.Neighbors.Any(n => n.Has.Contains(s.Number) || n.Loads.Contains(s.Number)))];
        foreach (int place in Lottery.Prefetches(candidates.Count, neighbors, free, FetchesAtOnce, _parts.Random))
        {
            Fetch(now, candidates[place], FetchCause.Share);
        }

        Announce();
    }

    private byte[] Announcement() => ReferenceMessage.Announce(
        [.. _segments.All.Where(s => s.IsStored).Select(s => s.Number)], [.. _segments.All.Where(s => s.IsFetching).Select(s => s.Number)]);

    private void Announce()
    {
        if (_hasNews && !_parts.Exchange.GivesNothing && _parts.Peers.Neighbors.Count > 0)
        {
            byte[] announcement = Announcement();
            foreach (ReferenceNeighbor neighbor in _parts.Peers.Neighbors)
            {
                _parts.Exchange.Send(neighbor, announcement);
            }
        }

        _hasNews = false;
    }
}
