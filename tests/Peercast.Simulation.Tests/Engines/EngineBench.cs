using Peercast.Protocol.Chunks;
using Peercast.Protocol.Primitives;
using Peercast.Protocol.Swarm;
using Peercast.Protocol.Wire;
using Peercast.Simulation.Engines.Reference;
using Peercast.Simulation.Media;
using Peercast.Simulation.Viewers;

namespace Peercast.Simulation.Tests.Engines;

/// <summary>A reference engine between hands, that has started and knows ten seconds of a channel, a chunk a part, a second a segment.</summary>
internal sealed class EngineBench : IDisposable
{
    private readonly Broadcast _broadcast = new(new BroadcastPlan(500_000, TimeSpan.FromSeconds(30), Recorded: false), new Random(1));
    private readonly SharedVerifier _verifier;

    /// <param name="rules">The engine's.</param>
    /// <param name="neighbors">How many are connected from the beginning.</param>
    public EngineBench(Func<EngineParts, IReferenceRules> rules, int neighbors = 0)
    {
        _verifier = new SharedVerifier(_broadcast);
        Engine = new ReferenceEngine(new SwarmOptions { TargetLatency = TimeSpan.FromSeconds(10) }, _verifier.For(_ => { }), new Random(1), rules);
        Engine.Join(TimeSpan.Zero, new PeerId(1));
        for (int number = 1; number <= neighbors; number++)
        {
            Connect(number);
        }

        Engine.Start(TimeSpan.Zero, new ChunkId(0));
        // One batch more than ten seconds: a segment is known to be whole when the next one begins.
        for (int i = 0; _broadcast.Batch(i).Batch.Chunks[0].PresentationTime.Seconds <= 10; i++)
        {
            Engine.AddOriginBatch(TimeSpan.Zero, _broadcast.Batch(i).Encoded.Span);
        }

        Drain();
    }

    public ReferenceEngine Engine { get; }

    public RecordingSink Sink { get; } = new();

    /// <summary>The chunks of a segment.</summary>
    public static ChunkRange Segment(int number) => new(new ChunkId(number * 5), new ChunkId((number * 5) + 4));

    public static NeighborId Neighbor(int number) => new(number);

    public void Connect(int number)
    {
        Engine.NeighborConnected(TimeSpan.Zero, Neighbor(number), new PeerId((ulong)number + 1), weOffered: true);
        Drain();
    }

    public void Announce(double seconds, int neighbor, params long[] segments)
    {
        Engine.Receive(TimeSpan.FromSeconds(seconds), Neighbor(neighbor), ReferenceMessage.Announce(segments, []));
        Drain();
    }

    public void Have(double seconds, int neighbor, long chunk)
    {
        Engine.Receive(TimeSpan.FromSeconds(seconds), Neighbor(neighbor), ReferenceMessage.Have(new ChunkId(chunk)));
        Drain();
    }

    public void FromOrigin(double seconds, ChunkRange range)
    {
        for (ChunkId id = range.First; id <= range.Last; id = id.Next)
        {
            Engine.AddOriginChunk(TimeSpan.FromSeconds(seconds), id, _broadcast.Payload(id));
        }

        Drain();
    }

    /// <summary>A neighbor answers a request with the chunk, or with something else of its length.</summary>
    public void FromNeighbor(double seconds, int neighbor, uint request, long chunk, bool isGenuine = true)
    {
        var id = new ChunkId(chunk);
        ReadOnlyMemory<byte> bytes = _broadcast.Payload(id);
        bytes = isGenuine ? bytes : new byte[bytes.Length];
        for (int offset = 0; offset < bytes.Length;)
        {
            var fragment = DataFragment.At(request, id, offset, bytes);
            Engine.Receive(TimeSpan.FromSeconds(seconds), Neighbor(neighbor), fragment);
            offset += fragment.Payload.Length;
        }

        Drain();
    }

    public void Tick(double seconds)
    {
        Engine.Tick(TimeSpan.FromSeconds(seconds));
        Drain();
    }

    public void Dispose()
    {
        _verifier.Dispose();
        _broadcast.Dispose();
    }

    private void Drain() => Engine.Drain(Sink);
}
