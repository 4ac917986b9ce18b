using Peercast.Protocol.Transport;
using Peercast.WebRtc.Tests.Driver;

namespace Peercast.WebRtc.Tests.Interop;

public sealed class ChromiumTests(Chromium chromium) : BrowserTests<Chromium>(chromium);

public sealed class FirefoxTests(Firefox firefox) : BrowserTests<Firefox>(firefox);

/// <summary>Our connections with those of a browser, in both roles.</summary>
public abstract class BrowserTests<TBrowser>(TBrowser browser) : IClassFixture<TBrowser>, IDisposable
    where TBrowser : Browser
{
    private const int TwentyMegabytes = 20 * 1000 * 1000;

    private readonly PeerConnectionFactory _factory = new(new PeerConnectionFactoryOptions { IncludeLoopback = true });
    private readonly string _name = Guid.NewGuid().ToString("N");

    public void Dispose()
    {
        _factory.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Connect_BrowserOffers_ChannelsWorkBothWays()
    {
        (Peer peer, ChannelProbe channel) = await BrowserOffersAsync("chat", ordered: true);
        await TalkAsync(channel, "chat");
        ChannelProbe ours = peer.Create("ours");
        await browser.CallAsync("opened", _name, "ours");
        ours.WaitOpened();
        await TalkAsync(ours, "ours");
        await browser.EvaluateAsync($"open('{_name}', 'theirs')");
        await TalkAsync(peer.TakeChannel(), "theirs");
    }

    [Fact]
    public async Task Connect_WeOffer_ChannelsWorkBothWays()
    {
        (Peer peer, ChannelProbe channel) = await WeOfferAsync("chat", ordered: true);
        await TalkAsync(channel, "chat");
        await browser.EvaluateAsync($"open('{_name}', 'theirs')");
        await TalkAsync(peer.TakeChannel(), "theirs");
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task Send_TwentyMegabytesEachWay_ArrivesUnchanged(bool browserOffers, bool ordered)
    {
        (_, ChannelProbe channel) = browserOffers ? await BrowserOffersAsync("data", ordered) : await WeOfferAsync("data", ordered);
        var there = new Transfer(TwentyMegabytes, seed: 51);
        await browser.CallAsync("expectBlob", _name, "data", TwentyMegabytes);
        Thread sender = there.SendOn(channel);
        Assert.Equal(there.SentHash, await browser.CallAsync("takeBlob", _name, "data"));
        sender.Join();

        var back = new Transfer(TwentyMegabytes, seed: 0);
        back.ReceiveOn(channel);
        string sent = await browser.CallAsync("sendBlob", _name, "data", TwentyMegabytes);
        Assert.Equal(sent, back.WaitForReceivedHash());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Close_OfAChannel_IsNoticedByTheOtherSide(bool browserCloses)
    {
        (Peer peer, ChannelProbe channel) = await WeOfferAsync("data", ordered: true);
        if (browserCloses)
        {
            await browser.CallAsync("closeChannel", _name, "data");
        }
        else
        {
            channel.Channel.Close();
        }

        channel.WaitClosed();
        Assert.Equal("closed", await browser.CallAsync("ended", _name, "data"));
        Assert.Equal(PeerConnectionState.Connected, peer.Connection.State);
        Assert.Equal("connected", await browser.CallAsync("connectionState", _name));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Close_OfTheConnection_IsNoticedByTheOtherSide(bool browserCloses)
    {
        (Peer peer, ChannelProbe channel) = await BrowserOffersAsync("data", ordered: true);
        if (browserCloses)
        {
            await browser.CallAsync("closePeer", _name);
            peer.WaitFor(PeerConnectionState.Closed);
        }
        else
        {
            peer.Connection.Dispose();
            Assert.Equal("closed", await browser.CallAsync("ended", _name, "data"));
        }

        channel.WaitClosed();
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task RestartIce_OfEitherSide_TheChannelsGoOn(bool browserOffersFirst, bool browserRestarts)
    {
        (Peer peer, ChannelProbe channel) = browserOffersFirst ? await BrowserOffersAsync("data", ordered: true) : await WeOfferAsync("data", ordered: true);
        string[] before = [.. _factory.Host.Demultiplexer.Fragments];
        string theirs = await browser.CallAsync("fragmentInUse", _name);
        if (browserRestarts)
        {
            string offer = await browser.CallAsync("restart", _name);
            SessionDescription? answer = peer.Connection.TryAcceptOffer(new SessionDescription("offer", offer), out string? error);
            Assert.True(answer is not null, error);
            await browser.CallAsync("takeAnswer", _name, answer.Sdp);
        }
        else
        {
            peer.Connection.RestartIce();
            string answer = await browser.CallAsync("answerRestart", _name, peer.Connection.CreateOffer().Sdp);
            Assert.True(peer.Connection.TryAcceptAnswer(new SessionDescription("answer", answer), out string? error), error);
        }

        // The old agent goes when the new one has nominated its pair.
        Assert.True(
            SpinWait.SpinUntil(() => _factory.Host.Demultiplexer.Fragments is { Count: 1 } now && !now.Intersect(before).Any(), PeerPair.Patience),
            "The restart did not find a path.");
        await TalkAsync(channel, "data");
        Assert.NotEqual(theirs, await browser.CallAsync("fragmentInUse", _name));
        Assert.Equal("connected", await browser.CallAsync("connectionState", _name));
        Assert.Equal([PeerConnectionState.Connecting, PeerConnectionState.Connected], peer.States);
    }

    private async Task<(Peer Peer, ChannelProbe Channel)> BrowserOffersAsync(string label, bool ordered)
    {
        var peer = new Peer(_factory.CreatePeerConnection());
        string offer = await browser.CallAsync("makeOffer", _name, label, ordered);
        SessionDescription? answer = peer.Connection.TryAcceptOffer(new SessionDescription("offer", offer), out string? error);
        Assert.True(answer is not null, error);
        await browser.CallAsync("takeAnswer", _name, answer.Sdp);
        await browser.CallAsync("opened", _name, label);
        ChannelProbe channel = peer.TakeChannel();
        Assert.Equal(label, channel.Channel.Label);
        peer.WaitFor(PeerConnectionState.Connected);
        return (peer, channel);
    }

    private async Task<(Peer Peer, ChannelProbe Channel)> WeOfferAsync(string label, bool ordered)
    {
        var peer = new Peer(_factory.CreatePeerConnection());
        ChannelProbe channel = peer.Create(label, new DataChannelOptions { Ordered = ordered });
        string answer = await browser.CallAsync("makeAnswer", _name, peer.Connection.CreateOffer().Sdp);
        Assert.True(peer.Connection.TryAcceptAnswer(new SessionDescription("answer", answer), out string? error), error);
        await browser.CallAsync("opened", _name, label);
        channel.WaitOpened();
        peer.WaitFor(PeerConnectionState.Connected);
        return (peer, channel);
    }

    private async Task TalkAsync(ChannelProbe channel, string label)
    {
        channel.WaitOpened();
        Assert.True(channel.Channel.TrySend([1, 2, 255]));
        Assert.Equal("binary:1,2,255", await browser.CallAsync("take", _name, label));
        Assert.True(channel.Channel.TrySend([]));
        Assert.Equal("binary:", await browser.CallAsync("take", _name, label));
        await browser.CallAsync("send", _name, label, (int[])[9, 8, 7]);
        Assert.Equal([9, 8, 7], channel.Take());
        await browser.CallAsync("send", _name, label, "grüße");
        Assert.True(channel.Messages.TryTake(out (byte[] Bytes, bool IsText) text, PeerPair.Patience));
        Assert.True(text.IsText);
        Assert.Equal("grüße"u8.ToArray(), text.Bytes);
    }
}
