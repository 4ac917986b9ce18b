using Peercast.Player.Session;
using Peercast.Player.Tests.Support;
using Peercast.Protocol.Primitives;
using Peercast.Protocol.Signaling;
using Peercast.Protocol.Swarm;
using Peercast.Protocol.Transport;

namespace Peercast.Player.Tests.Session;

public sealed class NeighborRestartsTests
{
    private static readonly PeerId Peer = new(0x20);
    private static readonly OfferMessage Theirs = new(Peer.ToString(), "s", "their offer", Restart: true);
    private static readonly AnswerMessage Answer = new(Peer.ToString(), "s", "their answer");

    private readonly List<RelayedMessage> _sent = [];
    private readonly List<TaskCompletionSource> _delays = [];
    private readonly List<NeighborConnection> _told = [];
    private readonly FakeConnection _connection = new();
    private readonly NeighborConnection _neighbor;
    private readonly NeighborRestarts _restarts;

    public NeighborRestartsTests()
    {
        _neighbor = new NeighborConnection(new NeighborId(1), Peer, "s", weOffered: true, _connection, new NoEvents());
        _restarts = new NeighborRestarts(_sent.Add, _told.Add, _ =>
        {
            _delays.Add(new TaskCompletionSource());
            return _delays[^1].Task;
        });
    }

    [Fact]
    public void Begin_UntilAnswered_OffersAgainEverySecondInTheConnectionsSession()
    {
        _restarts.Begin(_neighbor);
        Pass(_delays[^1]);

        Assert.Equal([new OfferMessage(Peer.ToString(), "s", "our offer", Restart: true), new OfferMessage(Peer.ToString(), "s", "our offer", Restart: true)], _sent);
        _restarts.Accept(_neighbor, Answer);
        Pass(_delays[^1]);
        Assert.Equal(2, _sent.Count);
        Assert.Equal(["their answer"], _connection.Answers);
        Assert.Equal([_neighbor], _told);
    }

    [Fact]
    public void Begin_NobodyAnswers_EndsAfterSixOffers()
    {
        _restarts.Begin(_neighbor);
        for (int i = 0; i < _delays.Count; i++)
            Pass(_delays[i]);

        Assert.Equal(6, _sent.Count);
        _restarts.OfferAgain();
        Assert.Equal(6, _sent.Count);
    }

    [Fact]
    public void OfferAgain_WithSignalingBack_OffersAtOnceWhatWaits()
    {
        _restarts.OfferAgain();
        Assert.Empty(_sent);
        _restarts.Begin(_neighbor);
        _restarts.OfferAgain();
        Assert.Equal(2, _sent.Count);
    }

    [Theory]
    [InlineData(0x10, false)]
    [InlineData(0x30, true)]
    public void Accept_WhileOwnOfferWaits_OnlyTheSmallerIdsOfferStands(ulong me, bool accepts)
    {
        _restarts.Begin(_neighbor);
        _sent.Clear();

        _restarts.Accept(_neighbor, Theirs, new PeerId(me));

        Assert.Equal(accepts ? [new AnswerMessage(Peer.ToString(), "s", "our answer")] : [], _sent);
        Pass(_delays[^1]);
        Assert.Single(_sent);
    }

    [Fact]
    public void Accept_WithoutOwnOffer_AnswersWhateverTheIds()
    {
        _restarts.Accept(_neighbor, Theirs, new PeerId(0x10));
        Assert.Equal([new AnswerMessage(Peer.ToString(), "s", "our answer")], _sent);
        Assert.Equal([_neighbor], _told);
    }

    [Fact]
    public void Accept_AnOfferThatCannotBeUsed_SaysNothing()
    {
        _connection.RefusesOffers = true;
        _restarts.Accept(_neighbor, Theirs, new PeerId(0x10));
        Assert.Empty(_sent);
        Assert.Empty(_told);
    }

    [Fact]
    public void Begin_OnAConnectionThatHasJustClosed_OffersNothing()
    {
        _connection.IsClosed = true;
        _restarts.Begin(_neighbor);
        Pass(_delays[^1]);
        Assert.Empty(_sent);
        Assert.Single(_delays);
    }

    /// <summary>Lets a delay end, and what waits for it run, before this returns: on a thread that has no context of the test runner's.</summary>
    private static void Pass(TaskCompletionSource delay)
    {
        var thread = new Thread(delay.SetResult);
        thread.Start();
        thread.Join();
    }

    private sealed class NoEvents : INeighborEvents
    {
        public void OnOpen(NeighborConnection neighbor)
        {
        }

        public void OnMessage(NeighborConnection neighbor, bool onDataChannel, ReadOnlySpan<byte> message)
        {
        }

        public void OnDataBufferLow(NeighborConnection neighbor)
        {
        }

        public void OnRestartNeeded(NeighborConnection neighbor)
        {
        }

        public void OnOver(NeighborConnection neighbor)
        {
        }
    }
}
