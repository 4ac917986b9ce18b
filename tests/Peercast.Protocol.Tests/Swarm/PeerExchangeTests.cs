using Peercast.Protocol.Primitives;
using Peercast.Protocol.Swarm;
using Peercast.Protocol.Wire;

namespace Peercast.Protocol.Tests.Swarm;

/// <summary>Whom neighbors name, and what comes through them.</summary>
public sealed class PeerExchangeTests : IDisposable
{
    private static readonly PeerId Named = new(77);

    private readonly VirtualSwarm _swarm = new(seed: 7);
    private readonly SwarmParts _parts;
    private readonly Neighbor _flooder;
    private readonly Neighbor _honest;
    private TimeSpan _now;

    public PeerExchangeTests()
    {
        _parts = new SwarmParts(new SwarmOptions(), _swarm.Verifier, new Random(1));
        _parts.Context.Me = new PeerId(1);
        _flooder = Connect(2);
        _honest = Connect(3);
    }

    public void Dispose() => _swarm.Dispose();

    [Fact]
    public void Received_FloodOfNames_LeavesRoomForWhatOthersName()
    {
        Flood();

        Receive(_honest, Named);

        Assert.True(_parts.Exchange.TryRelay(Named, "offer"u8));
    }

    [Fact]
    public void Relayed_AfterAFloodOfNames_ReachesThePlayer()
    {
        Flood();
        Assert.True(_parts.Context.Outbox.IsEmpty);

        byte[] message = RelayMessage.Encode(isForwarded: true, Named, "offer"u8);
        Assert.True(RelayMessage.TryDecode(message, out RelayMessage relayed, out _));
        _parts.Exchange.Relayed(_now, _honest, relayed);

        Assert.False(_parts.Context.Outbox.IsEmpty);
        Assert.True(_parts.Exchange.TryRelay(Named, "answer"u8));
    }

    [Fact]
    public void Received_FloodOfNames_DrownsTheNeighborsOwnOnly()
    {
        Receive(_flooder, Named);
        Receive(_honest, new PeerId(78));
        Flood();

        Assert.False(_parts.Exchange.TryRelay(Named, "offer"u8));
        Assert.True(_parts.Exchange.TryRelay(new PeerId(78), "offer"u8));
    }

    private Neighbor Connect(int number)
    {
        Neighbor neighbor = _parts.Context.Neighbors.Add(new NeighborId(number), new PeerId((ulong)number), weOffered: true, TimeSpan.Zero)!;
        _parts.Context.Neighbors.MarkReady(neighbor);
        return neighbor;
    }

    private void Flood()
    {
        for (ulong i = 0; i < 12; i++)
        {
            Receive(_flooder, [.. Enumerable.Range(0, 50).Select(k => new PeerId(1000 + (i * 50) + (ulong)k))]);
        }
    }

    // As often as they are taken.
    private void Receive(Neighbor from, params PeerId[] named)
    {
        _now += TimeSpan.FromSeconds(10);
        byte[] message = PexMessage.Encode([.. named.Select(peer => (peer, 0))]);
        Assert.True(PexMessage.TryDecode(message, out PexMessage pex, out _));
        _parts.Exchange.Received(_now, from, pex);
    }
}
