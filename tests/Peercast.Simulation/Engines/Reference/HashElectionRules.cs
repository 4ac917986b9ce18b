using Peercast.Protocol.Primitives;
using Peercast.Protocol.Swarm;

namespace Peercast.Simulation.Engines.Reference;

/// <summary>
/// Hash election: among a viewer and its neighbors the one with the lowest hash of chunk and peer fetches a chunk from
/// the origin; the others wait for it and pull from it, or from whoever has pulled before. The next by rank fetches in
/// turn when nobody has it after a while. Chunks are verified as in production. What is due soon comes from the origin.
/// A supplier with enough to send refuses, and is left alone for a moment.
/// </summary>
internal sealed class HashElectionRules : IReferenceRules
{
    private const int MostWaiting = 4;
    /// <summary>How long each rank waits for the one before it: a fetch and the word of it, twice over.</summary>
    private static readonly TimeSpan BackupDelay = TimeSpan.FromSeconds(0.5);

    private static readonly TimeSpan DownloadTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan FetchRetry = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan RefusalRest = TimeSpan.FromSeconds(0.2);
    private const double Experience = 0.8;

    private readonly EngineParts _parts;
    private TimeSpan _fetchFrom;

    /// <param name="parts">The engine's.</param>
    public HashElectionRules(EngineParts parts)
    {
        _parts = parts;
        parts.Exchange.MostWaiting = MostWaiting;
    }

    public TimeSpan Kept => _parts.Options.StoreDuration;

    public void Listed(TimeSpan now) => Decide(now);

    public void KeepHouse(TimeSpan now)
    {
        foreach (Download late in _parts.Peers.Neighbors.SelectMany(n => n.Downloads).Where(d => now - d.LastBytesAt >= DownloadTimeout).ToList())
        {
            _parts.Tally.RequestsTimedOut++;
            late.Neighbor.ServiceSeconds = Math.Max(late.Neighbor.ServiceSeconds, DownloadTimeout.TotalSeconds);
            _parts.Exchange.Cancel(now, late);
        }

        Decide(now);
    }

    public bool Accepts(TimeSpan now, ReferenceNeighbor neighbor, KnownChunk chunk, ReadOnlyMemory<byte> bytes)
    {
        if (_parts.Verifier.IsGenuine(chunk.Info, bytes))
        {
            return true;
        }

        _parts.Tally.CorruptChunks++;
        _parts.Tally.Banned++;
        _parts.Peers.Ban(neighbor.Peer);
        _parts.Drop(now, neighbor, DisconnectReason.CorruptData);
        return false;
    }

    public void Received(TimeSpan now, KnownChunk chunk)
    {
        chunk.IsHeld = true;
        chunk.Fetch = 0;
        if (chunk.Download is { IsOver: false } download)
        {
            _parts.Exchange.Cancel(now, download);
        }

        // Those of the origin are verified too; a neighbor's were already.
        _parts.Tally.CorruptChunks += _parts.Verifier.IsGenuine(chunk.Info, chunk.Bytes) ? 0 : 1;

        if (!_parts.Exchange.GivesNothing)
        {
            byte[] message = ReferenceMessage.Have(chunk.Id);
            foreach (ReferenceNeighbor neighbor in _parts.Peers.Neighbors.Where(n => !n.Has.Contains(chunk.Id.Value)))
            {
                _parts.Exchange.Send(neighbor, message);
            }
        }
    }

    public void Connected(ReferenceNeighbor neighbor)
    {
        for (ChunkId id = _parts.Shelf.First; !_parts.Exchange.GivesNothing && _parts.Shelf.Find(id) is { } chunk; id = id.Next)
        {
            if (chunk.IsHeld)
            {
                _parts.Exchange.Send(neighbor, ReferenceMessage.Have(id));
            }
        }
    }

    public void Heard(TimeSpan now, ReferenceNeighbor neighbor, ReadOnlySpan<byte> message)
    {
        long number = ReferenceMessage.ReadNumber(message);
        neighbor.Has.Add(number);
        if (_parts.Shelf.Find(new ChunkId(number)) is { } chunk && chunk.Id >= _parts.Playhead.Next)
        {
            Decide(now, chunk);
        }
    }

    public void Refused(TimeSpan now, Download download)
    {
        download.Neighbor.NotBefore = now + RefusalRest;
        if (_parts.Shelf.Find(download.Range.First) is { } chunk)
        {
            Decide(now, chunk);
        }
    }

    public void Finished(TimeSpan now, Download download)
    {
        double seconds = (now - download.BeganAt).TotalSeconds / Math.Max(1, download.Neighbor.Downloads.Count);
        download.Neighbor.ServiceSeconds = (Experience * download.Neighbor.ServiceSeconds) + ((1 - Experience) * seconds);
    }

    public void FetchEnded(TimeSpan now, int fetch)
    {
        for (ChunkId id = _parts.Playhead.Next; _parts.Shelf.Find(id) is { } chunk; id = id.Next)
        {
            if (chunk.Fetch == fetch)
            {
                chunk.Fetch = 0;
                _fetchFrom = now + FetchRetry;
            }
        }
    }

    public void Dropped(KnownChunk first)
    {
        foreach (ReferenceNeighbor neighbor in _parts.Peers.Neighbors)
        {
            neighbor.Has.RemoveWhere(chunk => chunk < first.Id.Value);
        }
    }

    private void Decide(TimeSpan now)
    {
        for (ChunkId id = _parts.Playhead.Next; _parts.Shelf.Find(id) is { } chunk; id = id.Next)
        {
            Decide(now, chunk);
        }
    }

    private void Decide(TimeSpan now, KnownChunk chunk)
    {
        if (chunk.IsReceived || chunk.Fetch != 0 || _parts.Origin.IsComing(now, chunk))
        {
            return;
        }

        if (_parts.Playhead.Until(now, chunk.Info.PresentationTime) <= _parts.Options.FallbackMargin)
        {
            Fetch(now, chunk, FetchCause.Hurry);
            return;
        }

        if (chunk.Download is { IsOver: false })
        {
            return;
        }

        if (!_parts.Peers.Neighbors.Any(n => n.Has.Contains(chunk.Id.Value)))
        {
            if (_parts.Peers.Me is not { } me || now >= chunk.KnownAt + (BackupDelay * HashElection.Rank(chunk.Id, me, _parts.Peers.Neighbors.Select(n => n.Peer))))
            {
                Fetch(now, chunk, FetchCause.Share);
            }
        }
        else if (Supplier(now, chunk) is { } supplier)
        {
            _parts.Exchange.Ask(now, supplier, new ChunkRange(chunk.Id, chunk.Id));
        }
    }

    /// <summary>The holder from whom it would come first, by experience.</summary>
    private ReferenceNeighbor? Supplier(TimeSpan now, KnownChunk chunk) => _parts.Peers.Neighbors
        .Where(n => now >= n.NotBefore && n.Downloads.Count < _parts.Options.RequestsPerNeighbor && n.Has.Contains(chunk.Id.Value))
        .MinBy(n => n.ServiceSeconds * (n.Downloads.Count + 1));

    private void Fetch(TimeSpan now, KnownChunk chunk, FetchCause cause)
    {
        if (now >= _fetchFrom)
        {
            if (chunk.Download is { IsOver: false } download)
            {
                _parts.Exchange.Cancel(now, download);
            }

            chunk.Fetch = _parts.Origin.Fetch(new ChunkRange(chunk.Id, chunk.Id), cause);
        }
    }
}
