using Peercast.Protocol.Primitives;
using Peercast.Protocol.Swarm;
using Peercast.Protocol.Wire;

namespace Peercast.Simulation.Engines.Reference;

/// <summary>What goes from neighbor to neighbor: requests, and chunks for an answer.</summary>
/// <param name="shelf">What there is to give.</param>
/// <param name="peers">The neighbors.</param>
/// <param name="tally">Where it is counted.</param>
/// <param name="doLater">Takes what the driver is to do.</param>
internal sealed class Exchange(ChunkShelf shelf, PeerBook peers, Tally tally, Action<Action<ISwarmSink>> doLater)
{
    /// <summary>A browser's send buffer is filled up to here: what a data channel calls full.</summary>
    private const long FullBuffer = 64 * 1024;

    private uint _lastRequest;

    /// <summary>Whatever it is asked for, it does not have it.</summary>
    public bool GivesNothing { get; init; }

    /// <summary>A neighbor's new request replaces its last one.</summary>
    public bool TakesOneRequestAtATime { get; set; }

    /// <summary>With so many chunks waiting to be sent, it takes no further request.</summary>
    public int MostWaiting { get; set; } = int.MaxValue;

    /// <summary>Asks for a run of chunks.</summary>
    public Download Ask(TimeSpan now, ReferenceNeighbor neighbor, ChunkRange range)
    {
        var download = new Download(++_lastRequest, neighbor, range, now);
        for (ChunkId id = range.First; id <= range.Last; id = id.Next)
        {
            shelf.Find(id)!.Download = download;
        }

        neighbor.Downloads.Add(download);
        neighbor.Rate.Begin(now);
        tally.RequestsSent++;
        Send(neighbor, ReferenceMessage.Request(download.Request, range));
        return download;
    }

    /// <summary>A neighbor asks for a run of chunks.</summary>
    public void Serve(ReferenceNeighbor neighbor, uint request, ChunkRange range)
    {
        if (TakesOneRequestAtATime)
        {
            neighbor.StopUploads(null);
        }

        var chunks = new List<KnownChunk>();
        for (ChunkId id = range.First; id <= range.Last && shelf.Find(id) is { IsHeld: true } chunk; id = id.Next)
        {
            chunks.Add(chunk);
        }

        if (GivesNothing || chunks.Count < range.Count || peers.Neighbors.Sum(n => n.Uploads.Count) >= MostWaiting)
        {
            Send(neighbor, ReferenceMessage.Absent(request));
            return;
        }

        chunks.ForEach(chunk => neighbor.Uploads.Enqueue((request, chunk)));
        Pump(neighbor);
    }

    /// <summary>Fills a neighbor's send buffer.</summary>
    public void Pump(ReferenceNeighbor neighbor)
    {
        while (neighbor.Buffered < FullBuffer && neighbor.Uploads.Count > 0)
        {
            DataFragment fragment = neighbor.NextFragment();
            neighbor.Buffered += fragment.MessageLength;
            tally.UploadedBytes += fragment.Payload.Length;
            tally.ControlBytesSent += fragment.MessageLength - fragment.Payload.Length;
            doLater(sink => sink.SendFragment(neighbor.Id, fragment));
        }
    }

    /// <summary>A fragment came.</summary>
    /// <returns>The download whose chunk is whole with it; <see langword="null"/>: none is.</returns>
    public Download? Receive(TimeSpan now, ReferenceNeighbor neighbor, in DataFragment fragment)
    {
        uint request = fragment.Request;
        int bytes = fragment.Payload.Length;
        tally.ControlBytesReceived += fragment.MessageLength - bytes;
        if (neighbor.Downloads.Find(d => d.Request == request) is not { } download)
        {
            // Given up meanwhile.
            tally.DuplicateBytes += bytes;
            return null;
        }

        neighbor.Rate.Add(now, bytes);
        download.LastBytesAt = now;
        ref int received = ref download.Received[fragment.Chunk - download.Range.First];
        received += bytes;
        if (received < fragment.Bytes.Length)
        {
            return null;
        }

        download.Chunks++;
        return download;
    }

    /// <summary>A download is over, whatever came of it; what came of a chunk that is not whole came in vain.</summary>
    public void End(TimeSpan now, Download download)
    {
        ReferenceNeighbor neighbor = download.Neighbor;
        download.IsOver = true;
        neighbor.Downloads.Remove(download);
        if (neighbor.Downloads.Count == 0)
        {
            neighbor.Rate.End(now);
        }

        for (int i = 0; i < download.Received.Length; i++)
        {
            if (shelf.Find(download.Range.First + i) is { } chunk && chunk.Download == download)
            {
                chunk.Download = null;
                tally.DuplicateBytes += download.Received[i] < chunk.Info.Length ? download.Received[i] : 0;
            }
        }
    }

    /// <summary>Gives a download up.</summary>
    public void Cancel(TimeSpan now, Download download)
    {
        Send(download.Neighbor, ReferenceMessage.Cancel(download.Request));
        End(now, download);
    }

    /// <summary>Says something to a neighbor.</summary>
    public void Send(ReferenceNeighbor neighbor, byte[] message)
    {
        tally.ControlBytesSent += message.Length;
        doLater(sink => sink.SendControl(neighbor.Id, message));
    }
}
