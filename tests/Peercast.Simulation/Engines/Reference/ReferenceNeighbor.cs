using Peercast.Protocol.Primitives;
using Peercast.Protocol.Swarm;
using Peercast.Protocol.Wire;

namespace Peercast.Simulation.Engines.Reference;

/// <summary>A neighbor as a reference engine sees it.</summary>
/// <param name="id">The driver's name for the connection.</param>
/// <param name="peer">Who.</param>
internal sealed class ReferenceNeighbor(NeighborId id, PeerId peer)
{
    public NeighborId Id { get; } = id;

    public PeerId Peer { get; } = peer;

    /// <summary>What it has: segments or chunks, as the engine counts.</summary>
    public HashSet<long> Has { get; } = [];

    /// <summary>Segments that it is loading from the origin.</summary>
    public HashSet<long> Loads { get; } = [];

    /// <summary>What is on its way from there.</summary>
    public List<Download> Downloads { get; } = [];

    /// <summary>What it asked for and was not yet put in the send buffer, a chunk an entry.</summary>
    public Queue<(uint Request, KnownChunk Chunk)> Uploads { get; } = [];

    /// <summary>How much of the first of <see cref="Uploads"/> was.</summary>
    public int UploadOffset { get; set; }

    /// <summary>What the send buffer holds, as far as known.</summary>
    public long Buffered { get; set; }

    /// <summary>How fast it gives.</summary>
    public LoadingRate Rate { get; } = new();

    /// <summary>Downloads in a row from which nothing came in time.</summary>
    public int TimeOuts { get; set; }

    /// <summary>It is not to be asked before.</summary>
    public TimeSpan NotBefore { get; set; }

    /// <summary>How long it takes for a chunk, in seconds, from experience.</summary>
    public double ServiceSeconds { get; set; } = 0.3;

    /// <summary>Forgets an upload, or all of them.</summary>
    public void StopUploads(uint? request)
    {
        uint? underWay = Uploads.TryPeek(out var first) ? first.Request : null;
        if (request is null || underWay == request)
        {
            UploadOffset = 0;
        }

        List<(uint, KnownChunk)> rest = [.. Uploads.Where(u => request is not null && u.Request != request)];
        Uploads.Clear();
        rest.ForEach(Uploads.Enqueue);
    }

    /// <summary>The next fragment of what it asked for; there must be one.</summary>
    public DataFragment NextFragment()
    {
        (uint request, KnownChunk chunk) = Uploads.Peek();
        var fragment = DataFragment.At(request, chunk.Id, UploadOffset, chunk.Bytes);
        UploadOffset += fragment.Payload.Length;
        if (UploadOffset == chunk.Bytes.Length)
        {
            Uploads.Dequeue();
            UploadOffset = 0;
        }

        return fragment;
    }
}
