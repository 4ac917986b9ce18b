using System.Collections.Concurrent;
using System.Net;
using Peercast.Protocol.Transport;

namespace Peercast.WebRtc.Tests.Driver;

public sealed class NegotiationTests
{
    [Fact]
    public void CreateOffer_WithHostCandidatesOnly_IsCompleteAndSaysSo()
    {
        using PeerConnectionFactory factory = PeerPair.NewFactory();
        using IPeerConnection connection = factory.CreatePeerConnection();
        using var gathered = new BlockingCollection<IceCandidate?>();
        connection.IceCandidateGathered += gathered.Add;
        SessionDescription offer = connection.CreateOffer();
        Assert.Equal("offer", offer.Type);
        Assert.Contains($"127.0.0.1 {factory.LocalEndPoints[0].Port} typ host", offer.Sdp, StringComparison.Ordinal);
        Assert.Contains("a=end-of-candidates", offer.Sdp, StringComparison.Ordinal);
        Assert.Contains("a=setup:actpass", offer.Sdp, StringComparison.Ordinal);
        Assert.True(gathered.TryTake(out IceCandidate? last, PeerPair.Patience));
        Assert.Null(last);
    }

    [Fact]
    public void CreateOffer_Twice_IsRefusedAsTheCallersBug()
    {
        using PeerConnectionFactory factory = PeerPair.NewFactory();
        using IPeerConnection connection = factory.CreatePeerConnection();
        SessionDescription offer = connection.CreateOffer();
        Assert.Throws<InvalidOperationException>(connection.CreateOffer);
        Assert.Null(connection.TryAcceptOffer(offer, out string? error));
        Assert.NotNull(error);
    }

    [Theory]
    [InlineData("answer", "v=0")]
    [InlineData("offer", "")]
    [InlineData("offer", "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n")]
    public void TryAcceptOffer_ThatCannotBeUsed_SaysWhyAndLeavesTheConnectionUsable(string type, string sdp)
    {
        using var pair = new PeerPair(IPAddress.Loopback);
        pair.Offerer.Create("data");
        Assert.Null(pair.Answerer.Connection.TryAcceptOffer(new SessionDescription(type, sdp), out string? error));
        Assert.False(string.IsNullOrWhiteSpace(error));
        pair.Connect();
    }

    [Fact]
    public void TryAcceptAnswer_WithoutAnOfferOrTwice_SaysWhy()
    {
        using var pair = new PeerPair(IPAddress.Loopback);
        SessionDescription offer = pair.Offerer.Connection.CreateOffer();
        SessionDescription answer = pair.Answerer.Connection.TryAcceptOffer(offer, out _)!;
        Assert.False(pair.Answerer.Connection.TryAcceptAnswer(answer, out string? error));
        Assert.NotNull(error);
        Assert.True(pair.Offerer.Connection.TryAcceptAnswer(answer, out _));
        Assert.False(pair.Offerer.Connection.TryAcceptAnswer(answer, out error));
        Assert.NotNull(error);
    }

    [Fact]
    public void AddIceCandidate_BeforeTheDescription_IsKeptForIt()
    {
        using var pair = new PeerPair(IPAddress.Loopback);
        pair.Offerer.Create("data");
        string[] lines = pair.Offerer.Connection.CreateOffer().Sdp.Split("\r\n");
        string candidate = lines.Single(line => line.StartsWith("a=candidate:", StringComparison.Ordinal))["a=".Length..];
        string bare = string.Join("\r\n", lines.Where(line => !line.StartsWith("a=candidate:", StringComparison.Ordinal)));
        pair.Answerer.Connection.AddIceCandidate(new IceCandidate(candidate, "0"));
        pair.Answerer.Connection.AddIceCandidate(new IceCandidate("", "0"));
        SessionDescription answer = pair.Answerer.Connection.TryAcceptOffer(new SessionDescription("offer", bare), out _)!;

        // The offerer hears of no candidate at all: the answerer must be the one that reaches out.
        string silent = string.Join(
            "\r\n", answer.Sdp.Split("\r\n").Where(line => !line.Contains("candidate", StringComparison.Ordinal)));
        Assert.True(pair.Offerer.Connection.TryAcceptAnswer(answer with { Sdp = silent }, out string? error), error);
        pair.Offerer.WaitFor(PeerConnectionState.Connected);
        pair.Answerer.WaitFor(PeerConnectionState.Connected);
    }

    [Fact]
    public void AddIceCandidate_Garbage_IsIgnored()
    {
        using var pair = new PeerPair(IPAddress.Loopback);
        pair.Offerer.Create("data");
        for (int i = 0; i < 200; i++)
        {
            pair.Answerer.Connection.AddIceCandidate(new IceCandidate($"candidate:{i} garbage", "0"));
        }

        pair.Connect();
        pair.Offerer.Connection.AddIceCandidate(new IceCandidate("candidate:1 1 udp 1 nowhere.local 5 typ host", "0"));
        Assert.Equal(PeerConnectionState.Connected, pair.Offerer.Connection.State);
    }

    [Fact]
    public void Members_AfterDispose_DoNothingOrSaySo()
    {
        using PeerConnectionFactory factory = PeerPair.NewFactory();
        IPeerConnection connection = factory.CreatePeerConnection();
        connection.Dispose();
        Assert.Equal(PeerConnectionState.Closed, connection.State);
        Assert.Throws<InvalidOperationException>(connection.CreateOffer);
        Assert.Null(connection.TryAcceptOffer(new SessionDescription("offer", "v=0"), out string? error));
        Assert.NotNull(error);
        Assert.False(connection.TryAcceptAnswer(new SessionDescription("answer", "v=0"), out _));
        connection.AddIceCandidate(new IceCandidate("candidate:1 1 udp 1 127.0.0.1 5 typ host", "0"));
        Assert.Equal(DataChannelState.Closed, connection.CreateDataChannel("late").State);
    }
}
