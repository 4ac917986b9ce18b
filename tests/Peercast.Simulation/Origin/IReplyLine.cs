using Peercast.Protocol.Primitives;

namespace Peercast.Simulation.Origin;

/// <summary>The origin's line: replies under way, a chunk of one after a chunk of another.</summary>
internal interface IReplyLine
{
    /// <summary>The origin cannot be reached.</summary>
    bool IsDown { get; }

    /// <summary>When <see cref="Complete"/> is due.</summary>
    TimeSpan Due { get; }

    /// <summary>Changes the rate.</summary>
    /// <param name="rate">In bits per second; 0: everything under way is lost, and nothing is answered.</param>
    /// <returns>The replies that were lost.</returns>
    IReadOnlyList<OriginRequest> SetRate(long rate);

    /// <summary>Adds a reply.</summary>
    void Add(TimeSpan now, OriginRequest request, List<(ChunkId Id, int Bytes)> media);

    /// <summary>Ends a reply early; the chunk on the line is sent to its end.</summary>
    void Cancel(int viewer, int request);

    /// <summary>A chunk has left; <see langword="null"/>: not yet.</summary>
    Sent? Complete(TimeSpan now);
}

/// <summary>A reply under way.</summary>
internal sealed class Reply(OriginRequest request, Queue<(ChunkId Id, int Bytes)> media, TimeSpan begun)
{
    public OriginRequest Request { get; } = request;

    public Queue<(ChunkId Id, int Bytes)> Media { get; } = media;

    public TimeSpan Begun { get; } = begun;

    public long SentBytes { get; set; }

    public TimeSpan LastArrival { get; set; }
}

/// <summary>What has left.</summary>
internal readonly record struct Sent(Reply Reply, ChunkId? Chunk, bool IsLast);
