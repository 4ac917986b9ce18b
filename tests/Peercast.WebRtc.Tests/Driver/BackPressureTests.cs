using System.Net;
using Peercast.Protocol.Transport;

namespace Peercast.WebRtc.Tests.Driver;

public sealed class BackPressureTests
{
    [Fact]
    public void MessageReceived_WhileAnEarlierHandlerIsHeld_HoldsTheSenderBackAndLosesNothing()
    {
        const int Bytes = 24 * 1024 * 1024;
        const int Backlog = 1024 * 1024;
        using PeerConnectionFactory near = PeerPair.NewFactory();
        using var far = new PeerConnectionFactory(new PeerConnectionFactoryOptions
        {
            BindAddresses = [IPAddress.Loopback],
            MaxUndeliveredBytes = 256 * 1024,
        });
        var offerer = new Peer(far.CreatePeerConnection());
        var answerer = new Peer(near.CreatePeerConnection());

        // The end of gathering is raised by the timer thread, which stays in the handler: the socket's thread goes on
        // receiving. The answerer hears of the offer only then, or the socket's thread could be the one that raises it.
        using var isHeld = new ManualResetEventSlim();
        using var mayGoOn = new ManualResetEventSlim();
        offerer.Connection.IceCandidateGathered += _ =>
        {
            isHeld.Set();
            mayGoOn.Wait(PeerPair.Patience);
        };
        ChannelProbe here = offerer.Create("data");
        SessionDescription offer = offerer.Connection.CreateOffer();
        Assert.True(isHeld.Wait(PeerPair.Patience));
        SessionDescription answer = answerer.Connection.TryAcceptOffer(offer, out _)!;
        Assert.True(offerer.Connection.TryAcceptAnswer(answer, out string? error), error);
        ChannelProbe there = answerer.TakeChannel();
        there.WaitOpened();
        var transfer = new Transfer(Bytes, seed: 61);
        transfer.ReceiveOn(here);
        Thread sender = transfer.SendOn(there);
        Assert.True(SpinWait.SpinUntil(() => there.Channel.BufferedAmount > Backlog, PeerPair.Patience));
        Assert.True(sender.IsAlive);
        Assert.False(here.Opened.IsSet);

        mayGoOn.Set();
        sender.Join();
        transfer.AssertArrived();
        Assert.True(here.Opened.IsSet);
        Assert.Equal(PeerConnectionState.Connected, offerer.Connection.State);
    }
}
