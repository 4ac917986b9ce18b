using Peercast.Player.Session;
using Peercast.Player.Tests.Support;
using Peercast.Protocol.Primitives;
using Peercast.Protocol.Scheduling;
using Peercast.Protocol.Signaling;
using Peercast.Protocol.Swarm;
using Peercast.Protocol.Transport;

namespace Peercast.Player.Tests.Session;

public sealed class NeighborConnectorTests : IDisposable
{
    private static readonly PeerId Peer = new(0x20);
    private static readonly OfferMessage Theirs = new(Peer.ToString(), "theirs", "their offer");

    private readonly List<RelayedMessage> _sent = [];
    private readonly TaskCompletionSource _offered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly FakeFactory _factory = new();
    private readonly SwarmDriver _driver;
    private readonly NeighborConnector _connector;

    public NeighborConnectorTests()
    {
        _driver = new SwarmDriver(new SwarmSession(new SwarmOptions(), new NoContent(), new Random(1)), new ConnectEffects(peer => _connector!.Connect(peer)), _factory);
        _connector = new NeighborConnector(_factory, _driver, Send, new DownlinkShaper(0));
    }

    [Theory]
    [InlineData(0x30, true)]
    [InlineData(0x10, false)]
    public async Task Receive_AnOfferWhileOwnOfferWaits_TheSmallerIdsStandsAndNothingHasFailed(ulong me, bool answers)
    {
        await OfferAsync(new PeerId(me));

        _connector.Receive(Theirs);

        Assert.Equal(answers ? [new AnswerMessage(Peer.ToString(), "theirs", "our answer")] : [], _sent.OfType<AnswerMessage>());
        Assert.Equal(answers ? 2 : 1, _factory.Created);
        Assert.Equal(0, ConnectionsFailed);
    }

    [Fact]
    public async Task Receive_ARefusal_IsAFailure()
    {
        await OfferAsync(new PeerId(0x10));
        _connector.Receive(new RefusedMessage(Peer.ToString(), _sent.OfType<OfferMessage>().Single().Session, "full"));
        Assert.Equal(1, ConnectionsFailed);
    }

    [Fact]
    public void Receive_AnOfferThatCannotBeUsed_IsAFailure()
    {
        Join(new PeerId(0x10));
        _factory.RefusesOffers = true;
        _connector.Receive(Theirs);
        Assert.Empty(_sent);
        Assert.Equal(1, ConnectionsFailed);
    }

    [Fact]
    public async Task Connect_AConnectionThatClosesBeforeItsOffer_IsAFailure()
    {
        _factory.Closes = true;
        Join(new PeerId(0x10));
        _driver.Run((session, now) => session.CandidatePeers(now, [(Peer, 1000)]));
        await _factory.Released.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Empty(_sent);
        Assert.Equal(1, ConnectionsFailed);
    }

    [Fact]
    public void AddOriginChunk_WhatTcpSendsForIt_IsNotThereForNeighbors()
    {
        _driver.AddOriginChunk(new ChunkId(0), new byte[50_000]);
        Assert.Equal(WireCost.OfOriginChunk(50_000), _factory.ChargedBytes);
    }

    public void Dispose()
    {
        _connector.Dispose();
        _driver.Dispose();
        _factory.Dispose();
    }

    private int ConnectionsFailed => _driver.Run((session, now) => session.GetStatistics(now))!.ConnectionsFailed;

    private void Join(PeerId me)
    {
        _connector.Welcome(me);
        _driver.Run((session, now) =>
        {
            session.Start(now, new ChunkId(0));
            session.Join(now, me);
        });
    }

    /// <summary>The engine wants the peer for a neighbor, and the offer goes out.</summary>
    private async Task OfferAsync(PeerId me)
    {
        Join(me);
        _driver.Run((session, now) => session.CandidatePeers(now, [(Peer, 1000)]));
        await _offered.Task;
    }

    private void Send(RelayedMessage message)
    {
        _sent.Add(message);
        if (message is OfferMessage)
        {
            _offered.TrySetResult();
        }
    }

    private sealed class FakeFactory : IPeerConnectionFactory
    {
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public long MaxSendRate { get; set; } = long.MaxValue;

        public int ChargedBytes { get; private set; }

        public int Created { get; private set; }

        public bool RefusesOffers { get; set; }

        public bool Closes { get; set; }

        /// <summary>When the connection has been disposed of.</summary>
        public Task Released => _released.Task;

        public IPeerConnection CreatePeerConnection()
        {
            Created++;
            return new FakeConnection(() => _released.TrySetResult()) { RefusesOffers = RefusesOffers, IsClosed = Closes };
        }

        public void Charge(int wireBytes) => ChargedBytes += wireBytes;

        public void SendTogether(Action action) => action();

        public void Dispose()
        {
        }
    }
}
