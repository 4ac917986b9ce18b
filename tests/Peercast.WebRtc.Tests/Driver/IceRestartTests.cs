using System.Net;
using System.Text.RegularExpressions;
using Peercast.Protocol.Transport;
using Peercast.WebRtc.Driver;

namespace Peercast.WebRtc.Tests.Driver;

public sealed partial class IceRestartTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void RestartIce_DuringATransfer_ChangesTheCredentialsAndNothingElse(bool offererRestarts)
    {
        using var pair = new PeerPair(IPAddress.Loopback);
        ChannelProbe sending = pair.Offerer.Create("data");
        pair.Connect();
        ChannelProbe receiving = pair.Answerer.TakeChannel();
        sending.WaitOpened();
        string[] before = [.. Fragments(pair)];
        var transfer = new Transfer(20_000_000, seed: 71);
        transfer.ReceiveOn(receiving);
        Thread sender = transfer.SendOn(sending);

        (Peer restarting, Peer other) = offererRestarts ? (pair.Offerer, pair.Answerer) : (pair.Answerer, pair.Offerer);
        Restart(restarting, other);

        Assert.Equal(transfer.SentHash, transfer.WaitForReceivedHash());
        sender.Join();
        SpinUntil(() => Fragments(pair).Count() == 2 && !Fragments(pair).Intersect(before).Any(), "The old agents are still there.");
        Assert.Equal([PeerConnectionState.Connecting, PeerConnectionState.Connected], pair.Offerer.States);
        Assert.Equal([PeerConnectionState.Connecting, PeerConnectionState.Connected], pair.Answerer.States);
    }

    [Fact]
    public void RestartIce_AskedFor_IsToldToTheUserAndOffersNewCredentialsInTheSameSession()
    {
        using var pair = new PeerPair(IPAddress.Loopback);
        pair.Offerer.Create("data");
        using var needed = new ManualResetEventSlim();
        pair.Offerer.Connection.NegotiationNeeded += needed.Set;
        pair.Offerer.Connection.RestartIce();
        SessionDescription first = pair.Offerer.Connection.CreateOffer();
        SessionDescription answer = pair.Answerer.Connection.TryAcceptOffer(first, out _)!;
        pair.Offerer.Connection.RestartIce();
        Assert.Throws<InvalidOperationException>(pair.Offerer.Connection.CreateOffer);
        Assert.True(pair.Offerer.Connection.TryAcceptAnswer(answer, out _));
        Assert.Throws<InvalidOperationException>(pair.Offerer.Connection.CreateOffer);
        Assert.False(needed.IsSet);

        pair.Offerer.Connection.RestartIce();
        Assert.True(needed.Wait(PeerPair.Patience));
        SessionDescription second = pair.Offerer.Connection.CreateOffer();

        Assert.NotEqual(UfragOf(first), UfragOf(second));
        Assert.Equal(Origin().Match(first.Sdp).Groups[1].Value, Origin().Match(second.Sdp).Groups[1].Value);
        Assert.Equal("1", Origin().Match(first.Sdp).Groups[2].Value);
        Assert.Equal("2", Origin().Match(second.Sdp).Groups[2].Value);
        Assert.Contains("a=setup:actpass", second.Sdp, StringComparison.Ordinal);
        Assert.Equal(UfragOf(second), UfragOf(pair.Offerer.Connection.CreateOffer()));
    }

    [Fact]
    public void TryAcceptOffer_OfTheSameRestartTwice_GivesTheSameAnswer()
    {
        using PeerPair pair = Connected();
        string first = UfragOf(pair.Answerer.Connection.TryAcceptOffer(RestartOffer(pair.Offerer), out _)!);
        SessionDescription second = pair.Answerer.Connection.TryAcceptOffer(pair.Offerer.Connection.CreateOffer(), out _)!;
        Assert.Equal(first, UfragOf(second));
        Assert.Contains("a=setup:active", second.Sdp, StringComparison.Ordinal);
        Assert.True(pair.Offerer.Connection.TryAcceptAnswer(second, out string? error), error);
        AssertWorks(pair);
    }

    [Fact]
    public void TryAcceptOffer_WhileOwnRestartWaits_WithdrawsIt()
    {
        using PeerPair pair = Connected();
        SessionDescription withdrawn = RestartOffer(pair.Offerer);
        SessionDescription stands = RestartOffer(pair.Answerer);
        SessionDescription? answer = pair.Offerer.Connection.TryAcceptOffer(stands, out string? error);
        Assert.True(answer is not null, error);
        Assert.NotEqual(UfragOf(withdrawn), UfragOf(answer));
        Assert.True(pair.Answerer.Connection.TryAcceptAnswer(answer, out error), error);
        AssertWorks(pair);
        SpinUntil(() => Fragments(pair).Order().SequenceEqual(new[] { UfragOf(stands), UfragOf(answer) }.Order()), "Other agents are there.");
    }

    [Fact]
    public void Restart_WithAnotherCertificateOrOldCredentials_IsRefusedAndHarmsNothing()
    {
        using PeerPair pair = Connected(out SessionDescription firstAnswer);
        SessionDescription offer = RestartOffer(pair.Offerer);
        string other = offer.Sdp.Replace("a=fingerprint:sha-256 ", "a=fingerprint:sha-256 00:", StringComparison.Ordinal);
        other = CutFingerprint().Replace(other, "$1");
        Assert.Null(pair.Answerer.Connection.TryAcceptOffer(offer with { Sdp = other }, out string? error));
        Assert.Contains("certificate", error, StringComparison.Ordinal);

        Assert.False(pair.Offerer.Connection.TryAcceptAnswer(firstAnswer, out error));
        Assert.Contains("credentials", error, StringComparison.Ordinal);
        AssertWorks(pair);

        SessionDescription answer = pair.Answerer.Connection.TryAcceptOffer(offer, out error)!;
        Assert.True(pair.Offerer.Connection.TryAcceptAnswer(answer, out error), error);
        AssertWorks(pair);
    }

    [Fact]
    public void AddIceCandidate_OfTheNextGenerationBeforeItsOffer_IsKeptForIt()
    {
        using PeerPair pair = Connected();
        SessionDescription offer = RestartOffer(pair.Offerer);
        string[] lines = offer.Sdp.Split("\r\n");
        string candidate = lines.Single(line => line.StartsWith("a=candidate:", StringComparison.Ordinal))["a=".Length..];
        pair.Answerer.Connection.AddIceCandidate(new IceCandidate($"{candidate} ufrag {UfragOf(offer)}", "0"));
        pair.Answerer.Connection.AddIceCandidate(new IceCandidate($"{candidate} ufrag elsewhere", "0"));
        string bare = string.Join("\r\n", lines.Where(line => !line.Contains("candidate", StringComparison.Ordinal)));
        SessionDescription answer = pair.Answerer.Connection.TryAcceptOffer(offer with { Sdp = bare }, out _)!;

        // The offerer hears of no candidate: the answerer must be the one that reaches out.
        string silent = string.Join("\r\n", answer.Sdp.Split("\r\n").Where(line => !line.Contains("candidate", StringComparison.Ordinal)));
        Assert.True(pair.Offerer.Connection.TryAcceptAnswer(answer with { Sdp = silent }, out string? error), error);
        SpinUntil(() => Fragments(pair).Order().SequenceEqual(new[] { UfragOf(offer), UfragOf(answer) }.Order()), "The restart found no path.");
        AssertWorks(pair);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AddressGone_WhenTheMachineMoves_RestartsAndTheChannelsSurvive(bool offererMoves)
    {
        var network = new FakeNetwork("127.0.0.2");
        using var moving = new PeerConnectionFactory(new PeerConnectionFactoryOptions(), new DriverParts { Network = network });
        using PeerConnectionFactory staying = PeerPair.NewFactory();
        var mover = new Peer(moving.CreatePeerConnection());
        var stayer = new Peer(staying.CreatePeerConnection());
        (Peer offerer, Peer answerer) = offererMoves ? (mover, stayer) : (stayer, mover);
        ChannelProbe sending = offerer.Create("data");
        PeerPair.Signal(offerer, answerer);
        ChannelProbe receiving = answerer.TakeChannel();
        sending.WaitOpened();
        using var needed = new ManualResetEventSlim();
        mover.Connection.NegotiationNeeded += needed.Set;

        network.MoveTo("127.0.0.3");

        Assert.True(needed.Wait(PeerPair.Patience), "The lost address went unnoticed.");
        Assert.Equal(["127.0.0.3"], moving.LocalEndPoints.Select(local => local.Address.ToString()));
        SessionDescription offer = mover.Connection.CreateOffer();
        Assert.Contains("127.0.0.3 ", offer.Sdp, StringComparison.Ordinal);
        Assert.DoesNotContain("127.0.0.2 ", offer.Sdp, StringComparison.Ordinal);
        SessionDescription answer = stayer.Connection.TryAcceptOffer(offer, out string? error)!;
        Assert.True(mover.Connection.TryAcceptAnswer(answer, out error), error);
        var transfer = new Transfer(2_000_000, seed: 72);
        transfer.ReceiveOn(receiving);
        transfer.SendOn(sending).Join();
        Assert.Equal(transfer.SentHash, transfer.WaitForReceivedHash());
        Assert.Equal(PeerConnectionState.Connected, stayer.Connection.State);
        Assert.DoesNotContain(PeerConnectionState.Failed, mover.States);
    }

    [Fact]
    public void AddressGone_WithSignalingGoneToo_TheConnectionFollowsWhereThePeerCanBeReached()
    {
        var network = new FakeNetwork("127.0.0.2");
        using var moving = new PeerConnectionFactory(new PeerConnectionFactoryOptions(), new DriverParts { Network = network });
        using PeerConnectionFactory staying = PeerPair.NewFactory();
        var mover = new Peer(moving.CreatePeerConnection());
        var stayer = new Peer(staying.CreatePeerConnection());
        ChannelProbe sending = mover.Create("data");
        PeerPair.Signal(mover, stayer);
        ChannelProbe receiving = stayer.TakeChannel();
        sending.WaitOpened();

        network.MoveTo("127.0.0.3");

        SpinUntil(() => moving.LocalEndPoints[0].Address.ToString() == "127.0.0.3", "The sockets did not follow.");
        var transfer = new Transfer(2_000_000, seed: 73);
        transfer.ReceiveOn(receiving);
        transfer.SendOn(sending).Join();
        Assert.Equal(transfer.SentHash, transfer.WaitForReceivedHash());
    }

    [Fact]
    public void Addresses_WhenAllAreGone_KeepTheirSockets()
    {
        var network = new FakeNetwork("127.0.0.2", "127.0.0.3");
        using var factory = new PeerConnectionFactory(new PeerConnectionFactoryOptions(), new DriverParts { Network = network });
        IPEndPoint[] before = [.. factory.LocalEndPoints];

        // An address of another machine cannot be bound: as good as none.
        network.MoveTo("192.0.2.77");
        network.MoveTo("192.0.2.77", "127.0.0.3", "127.0.0.4");

        SpinUntil(() => factory.LocalEndPoints.Any(local => local.Address.ToString() == "127.0.0.4"), "The new address was not bound.");
        Assert.Contains(before[1], factory.LocalEndPoints);
        Assert.DoesNotContain(before[0], factory.LocalEndPoints);
    }

    private static PeerPair Connected() => Connected(out _);

    private static PeerPair Connected(out SessionDescription answer)
    {
        var pair = new PeerPair(IPAddress.Loopback);
        pair.Offerer.Create("data");
        answer = pair.Answerer.Connection.TryAcceptOffer(pair.Offerer.Connection.CreateOffer(), out _)!;
        Assert.True(pair.Offerer.Connection.TryAcceptAnswer(answer, out _));
        pair.Offerer.WaitFor(PeerConnectionState.Connected);
        pair.Answerer.WaitFor(PeerConnectionState.Connected);
        return pair;
    }

    private static void AssertWorks(PeerPair pair)
    {
        ChannelProbe ours = pair.Offerer.Create($"probe {Guid.NewGuid()}");
        ours.WaitOpened();
        Assert.Equal(PeerConnectionState.Connected, pair.Answerer.Connection.State);
    }

    private static SessionDescription RestartOffer(Peer peer)
    {
        peer.Connection.RestartIce();
        return peer.Connection.CreateOffer();
    }

    private static void Restart(Peer offerer, Peer answerer)
    {
        SessionDescription? answer = answerer.Connection.TryAcceptOffer(RestartOffer(offerer), out string? error);
        Assert.True(answer is not null, error);
        Assert.True(offerer.Connection.TryAcceptAnswer(answer, out error), error);
    }

    private static IEnumerable<string> Fragments(PeerPair pair) =>
        pair.OffererFactory.Host.Demultiplexer.Fragments.Concat(pair.AnswererFactory.Host.Demultiplexer.Fragments);

    private static string UfragOf(SessionDescription description) => Ufrag().Match(description.Sdp).Groups[1].Value;

    private static void SpinUntil(Func<bool> condition, string otherwise) =>
        Assert.True(SpinWait.SpinUntil(condition, PeerPair.Patience), otherwise);

    [GeneratedRegex(@"a=ice-ufrag:(\S+)", RegexOptions.None, 1000)]
    private static partial Regex Ufrag();

    [GeneratedRegex(@"o=- (\d+) (\d+) ", RegexOptions.None, 1000)]
    private static partial Regex Origin();

    [GeneratedRegex(@"(a=fingerprint:sha-256 (?:\w\w:){31}\w\w):\w\w", RegexOptions.None, 1000)]
    private static partial Regex CutFingerprint();
}
