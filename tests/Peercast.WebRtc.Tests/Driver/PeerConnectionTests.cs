using System.Net;
using Peercast.Protocol.Transport;

namespace Peercast.WebRtc.Tests.Driver;

public sealed class PeerConnectionTests
{
    private const int TwentyMegabytes = 20 * 1000 * 1000;

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public void Connect_OverLoopback_OpensChannelsBothWays(string address)
    {
        using var pair = new PeerPair(IPAddress.Parse(address));
        ChannelProbe early = pair.Offerer.Create("early", new DataChannelOptions { Protocol = "p", Ordered = false });
        Assert.Equal(DataChannelState.Connecting, early.Channel.State);
        Assert.False(early.Channel.TrySend([1]));
        pair.Connect();
        early.WaitOpened();
        ChannelProbe earlyThere = pair.Answerer.TakeChannel();
        Assert.Equal("early", earlyThere.Channel.Label);
        earlyThere.WaitOpened();

        ChannelProbe late = pair.Answerer.Create("late");
        late.WaitOpened();
        ChannelProbe lateThere = pair.Offerer.TakeChannel();
        Assert.Equal("late", lateThere.Channel.Label);

        Assert.True(early.Channel.TrySend([1, 2, 3]));
        Assert.Equal([1, 2, 3], earlyThere.Take());
        Assert.True(lateThere.Channel.TrySend([]));
        Assert.Equal([], late.Take());
        byte[] large = new byte[256 * 1024];
        new Random(1).NextBytes(large);
        Assert.True(late.Channel.TrySend(large));
        Assert.Equal(large, lateThere.Take());
        Assert.Equal([PeerConnectionState.Connecting, PeerConnectionState.Connected], pair.Offerer.States);
        Assert.Equal([PeerConnectionState.Connecting, PeerConnectionState.Connected], pair.Answerer.States);
    }

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("127.0.0.1", false)]
    [InlineData("::1", true)]
    [InlineData("::1", false)]
    public void Send_TwentyMegabytesEachWay_ArrivesUnchanged(string address, bool ordered)
    {
        using var pair = new PeerPair(IPAddress.Parse(address));
        ChannelProbe there = pair.Offerer.Create("data", new DataChannelOptions { Ordered = ordered });
        pair.Connect();
        ChannelProbe here = pair.Answerer.TakeChannel();
        there.WaitOpened();
        here.WaitOpened();
        Transfer.BothWays(there, here, TwentyMegabytes);
    }

    [Fact]
    public void Close_OfAChannel_ClosesItOnTheOtherSideAndNothingElse()
    {
        using var pair = new PeerPair(IPAddress.Loopback);
        ChannelProbe one = pair.Offerer.Create("one");
        ChannelProbe two = pair.Offerer.Create("two");
        pair.Connect();
        ChannelProbe oneThere = pair.Answerer.TakeChannel();
        ChannelProbe twoThere = pair.Answerer.TakeChannel();
        one.WaitOpened();
        two.WaitOpened();

        oneThere.Channel.Close();
        one.WaitClosed();
        oneThere.WaitClosed();
        Assert.Equal(DataChannelState.Closed, one.Channel.State);
        Assert.True(two.Channel.TrySend([5]));
        Assert.Equal([5], twoThere.Take());
        Assert.Equal(PeerConnectionState.Connected, pair.Offerer.Connection.State);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Dispose_OfEitherSide_IsNoticedByTheOtherAtOnce(bool offererCloses)
    {
        using var pair = new PeerPair(IPAddress.Loopback);
        ChannelProbe there = pair.Offerer.Create("data");
        pair.Connect();
        ChannelProbe here = pair.Answerer.TakeChannel();
        there.WaitOpened();

        (offererCloses ? pair.Offerer : pair.Answerer).Connection.Dispose();
        (offererCloses ? pair.Offerer : pair.Answerer).Connection.Dispose();

        // Long before a consent check could have noticed: the first is due after seconds, the verdict after 30.
        pair.Offerer.WaitFor(PeerConnectionState.Closed);
        pair.Answerer.WaitFor(PeerConnectionState.Closed);
        there.WaitClosed();
        here.WaitClosed();
        Assert.False(here.Channel.TrySend([1]));
        Assert.Equal(0, pair.OffererFactory.ConnectionCount);
        Assert.Equal(0, pair.AnswererFactory.ConnectionCount);
        Assert.Equal(0, pair.OffererFactory.Host.Demultiplexer.Count);
        Assert.Equal(0, pair.AnswererFactory.Host.Demultiplexer.Count);
    }

    [Fact]
    public void Dispose_OfTheFactory_ClosesEverythingAndRaisesTheEvents()
    {
        using var pair = new PeerPair(IPAddress.Loopback);
        ChannelProbe there = pair.Offerer.Create("data");
        pair.Connect();
        pair.Answerer.TakeChannel();
        there.WaitOpened();
        pair.OffererFactory.Dispose();
        Assert.True(there.Closed.IsSet);
        Assert.Contains(PeerConnectionState.Closed, pair.Offerer.States);
        pair.Answerer.WaitFor(PeerConnectionState.Closed);
        Assert.Throws<ObjectDisposedException>(pair.OffererFactory.CreatePeerConnection);
    }

    [Fact]
    public void Charge_WhatElseGoesUpTheLine_DelaysTheNextTurn()
    {
        using PeerConnectionFactory factory = PeerPair.NewFactory();
        factory.Charge(10_000);
        factory.MaxSendRate = 80_000;
        Assert.InRange(factory.Host.SendRateBound.Book(TimeSpan.Zero, 1), TimeSpan.MinValue, TimeSpan.Zero);
        factory.Charge(100_000);
        TimeSpan now = factory.Host.Clock.Now;
        Assert.True(factory.Host.SendRateBound.DueAt(factory.Host.SendRateBound.Book(now, 1), 0) > now);
    }

    [Fact]
    public void Dispose_InsideAHandler_DoesNotDeadlock()
    {
        using var pair = new PeerPair(IPAddress.Loopback);
        ChannelProbe there = pair.Offerer.Create("data");
        pair.Connect();
        ChannelProbe here = pair.Answerer.TakeChannel();
        there.WaitOpened();
        here.Sink = _ => pair.Answerer.Connection.Dispose();
        Assert.True(there.Channel.TrySend([1]));
        pair.Answerer.WaitFor(PeerConnectionState.Closed);
        pair.Offerer.WaitFor(PeerConnectionState.Closed);
    }

    [Fact]
    public void MessageReceived_HandlerThatTakesALock_DoesNotDeadlockWithASenderThatHoldsIt()
    {
        using var pair = new PeerPair(IPAddress.Loopback);
        ChannelProbe there = pair.Offerer.Create("data");
        pair.Connect();
        ChannelProbe here = pair.Answerer.TakeChannel();
        there.WaitOpened();
        var users = new Lock();
        const int Echoes = 2_000;
        int returned = 0;
        using var done = new ManualResetEventSlim();
        here.Sink = message =>
        {
            lock (users)
            {
                here.Channel.TrySend(message);
            }
        };
        there.Sink = _ =>
        {
            lock (users)
            {
                if (++returned == Echoes)
                {
                    done.Set();
                }
            }
        };
        for (int i = 0; i < Echoes; i++)
        {
            lock (users)
            {
                Assert.True(there.Channel.TrySend([1, 2, 3, 4]));
            }
        }

        Assert.True(done.Wait(PeerPair.Patience), $"{returned} of {Echoes} came back.");
    }

    [Fact]
    public void TryAcceptAnswer_WithAnotherFingerprint_FailsAndDeliversNothing()
    {
        using var pair = new PeerPair(IPAddress.Loopback);
        ChannelProbe there = pair.Offerer.Create("data");
        SessionDescription offer = pair.Offerer.Connection.CreateOffer();
        SessionDescription answer = pair.Answerer.Connection.TryAcceptOffer(offer, out _)!;
        string right = answer.Sdp.Split("\r\n").Single(line => line.StartsWith("a=fingerprint:", StringComparison.Ordinal));
        string wrong = string.Concat("a=fingerprint:sha-256 ", string.Join(':', Enumerable.Repeat("AB", 32)));
        Assert.True(pair.Offerer.Connection.TryAcceptAnswer(answer with { Sdp = answer.Sdp.Replace(right, wrong, StringComparison.Ordinal) }, out _));

        pair.Offerer.WaitFor(PeerConnectionState.Failed);
        pair.Answerer.WaitFor(PeerConnectionState.Failed);
        there.WaitClosed();
        Assert.False(there.Opened.IsSet);
        Assert.Empty(pair.Answerer.Channels);
    }

    [Fact]
    public void Connections_FiftyOnOneFactory_AllWork()
    {
        const int Count = 50;
        using PeerConnectionFactory hub = PeerPair.NewFactory();
        var factories = Enumerable.Range(0, Count).Select(_ => PeerPair.NewFactory()).ToList();
        try
        {
            var pairs = factories.Select(factory => (Far: new Peer(factory.CreatePeerConnection()), Near: new Peer(hub.CreatePeerConnection()))).ToList();
            var channels = pairs.Select(pair => pair.Far.Create("data")).ToList();
            pairs.ForEach(pair => PeerPair.Signal(pair.Far, pair.Near));
            var received = pairs.Select(pair => pair.Near.TakeChannel()).ToList();
            for (int i = 0; i < Count; i++)
            {
                channels[i].WaitOpened();
                Assert.True(channels[i].Channel.TrySend([(byte)i]));
                Assert.Equal([(byte)i], received[i].Take());
                Assert.True(received[i].Channel.TrySend([(byte)i, 1]));
                Assert.Equal([(byte)i, 1], channels[i].Take());
            }

            Assert.Equal(Count, hub.ConnectionCount);
        }
        finally
        {
            factories.ForEach(factory => factory.Dispose());
        }
    }

    [Fact]
    public void Connect_AgainBetweenTheSameSockets_ReplacesTheOldConnection()
    {
        using var pair = new PeerPair(IPAddress.Loopback);
        pair.Offerer.Create("old");
        pair.Connect();
        pair.Answerer.TakeChannel();
        var offerer = new Peer(pair.OffererFactory.CreatePeerConnection());
        var answerer = new Peer(pair.AnswererFactory.CreatePeerConnection());
        ChannelProbe there = offerer.Create("new");
        PeerPair.Signal(offerer, answerer);
        ChannelProbe here = answerer.TakeChannel();
        there.WaitOpened();
        Assert.True(there.Channel.TrySend([9]));
        Assert.Equal([9], here.Take());

        // The side that noticed first has failed and said goodbye: the other may have been told before it noticed itself.
        pair.Offerer.WaitFor(PeerConnectionState.Failed, PeerConnectionState.Closed);
        pair.Answerer.WaitFor(PeerConnectionState.Failed, PeerConnectionState.Closed);
        Assert.Equal(PeerConnectionState.Connected, offerer.Connection.State);
        Assert.Equal(PeerConnectionState.Connected, answerer.Connection.State);
        Assert.Equal(1, pair.OffererFactory.ConnectionCount);
    }
}
