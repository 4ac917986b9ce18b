using Peercast.Player.Session;
using Peercast.Player.Tests.Support;
using Peercast.Protocol.Primitives;
using Peercast.Protocol.Signaling;
using Peercast.Protocol.Swarm;

namespace Peercast.Player.Tests.Session;

public sealed class PeerSignalingTests : IDisposable
{
    private static readonly PeerId Peer = new(0x20);

    private readonly List<RelayedMessage> _received = [];
    private readonly SwarmDriver _driver = new(new SwarmSession(new SwarmOptions(), new NoContent(), new Random(1)), new ConnectEffects(_ => { }));
    private readonly PeerSignaling _signaling;

    public PeerSignalingTests()
    {
        _signaling = new PeerSignaling(_driver, new TrackerClient(new Uri("ws://192.0.2.1/"), _ => throw new InvalidOperationException(), _ => { }));
        _signaling.Received += _received.Add;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Send_AnOfferToSomebodyThereIsNoWayTo_IsRefusedAtOnce(bool introduced)
    {
        // Introduced or not, without a tracker only a common neighbor could pass it on.
        _signaling.Introduced(introduced ? [Peer] : []);
        _signaling.Send(new OfferMessage(Peer.ToString(), "s", "sdp"));
        Assert.Equal([new RefusedMessage(Peer.ToString(), "s", "gone")], _received);
    }

    [Fact]
    public void Send_WhatIsNoOffer_IsDropped()
    {
        _signaling.Send(new CandidateMessage(Peer.ToString(), "s", "candidate", "0"));
        Assert.Empty(_received);
    }

    public void Dispose() => _driver.Dispose();
}
