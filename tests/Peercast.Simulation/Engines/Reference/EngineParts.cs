using Peercast.Protocol.Chunks;
using Peercast.Protocol.Swarm;

namespace Peercast.Simulation.Engines.Reference;

/// <summary>The parts of a reference engine, put together.</summary>
internal sealed class EngineParts
{
    private readonly Queue<Action<ISwarmSink>> _commands = [];

    public EngineParts(SwarmOptions options, IContentVerifier verifier, Random random)
    {
        (Options, Verifier, Random) = (options, verifier, random);
        Playhead = new Playhead(options, Shelf, Tally);
        Playhead.Delivered += chunk => Do(sink => sink.Deliver(chunk.Info, chunk.Batch, chunk.Bytes));
        Playhead.Skipped += range => Do(sink => sink.Skip(range));
        Peers = new PeerBook(options, random);
        Origin = new OriginLink(Shelf, Do);
        Exchange = new Exchange(Shelf, Peers, Tally, Do) { GivesNothing = options.UploadLimit == 0 };
    }

    public SwarmOptions Options { get; }

    public IContentVerifier Verifier { get; }

    public Random Random { get; }

    public ChunkShelf Shelf { get; } = new();

    public Tally Tally { get; } = new();

    public Playhead Playhead { get; }

    public PeerBook Peers { get; }

    public OriginLink Origin { get; }

    public Exchange Exchange { get; }

    /// <summary>Notes something for the driver to do.</summary>
    public void Do(Action<ISwarmSink> command) => _commands.Enqueue(command);

    /// <summary>Lets the driver do it.</summary>
    public void Drain(ISwarmSink sink)
    {
        while (_commands.TryDequeue(out Action<ISwarmSink>? command))
        {
            command(sink);
        }
    }

    /// <summary>Closes a connection.</summary>
    public void Drop(TimeSpan now, ReferenceNeighbor neighbor, DisconnectReason reason)
    {
        Do(sink => sink.Disconnect(neighbor.Id, reason));
        Forget(now, neighbor);
    }

    /// <summary>A connection is gone, and what was on its way.</summary>
    public void Forget(TimeSpan now, ReferenceNeighbor neighbor)
    {
        Peers.Remove(neighbor);
        foreach (Download download in neighbor.Downloads.ToList())
        {
            Exchange.End(now, download);
        }
    }
}
