using System.Net;
using Peercast.WebRtc.Ice;

namespace Peercast.WebRtc.Tests.Ice;

public sealed class IceAgentConnectTests
{
    private static readonly TimeSpan Signaling = TimeSpan.FromMilliseconds(30);
    private static readonly IPEndPoint Server = IPEndPoint.Parse("198.51.100.1:3478");

    [Theory]
    [InlineData("127.0.0.1:5001", "127.0.0.1:5002")]
    [InlineData("[::1]:5001", "[::1]:5002")]
    [InlineData("192.0.2.1:5001", "192.0.2.2:5002")]
    [InlineData("[2001:db8::1]:5001", "[2001:db8::2]:5002")]
    public void TwoAgents_OnADirectWay_CompleteOnTheSamePair(string baseA, string baseB)
    {
        var network = new VirtualNetwork(1);
        var a = new VirtualPeer(network, controlling: true, null, null, baseA);
        var b = new VirtualPeer(network, controlling: false, null, null, baseB);
        network.Start(a, b, Signaling);

        Assert.True(network.Run(TimeSpan.FromSeconds(1), () => BothCompleted(a, b)));

        AssertSamePair(a, b);
        Assert.Equal(IPEndPoint.Parse(baseB), a.Agent.SelectedPair!.Remote);
        Assert.Equal([IceState.New, IceState.Checking, IceState.Connected, IceState.Completed], b.States);
        Assert.True(a.Agent.Controlling);
    }

    [Fact]
    public void TwoAgents_WithoutLatency_CompleteWithinTwentyMilliseconds()
    {
        var network = new VirtualNetwork(2) { Latency = TimeSpan.FromMicroseconds(50) };
        var a = new VirtualPeer(network, controlling: true, null, null, "127.0.0.1:5001", "[::1]:5001");
        var b = new VirtualPeer(network, controlling: false, null, null, "127.0.0.1:5002", "[::1]:5002");
        TimeSpan start = network.Now;
        network.Start(a, b, TimeSpan.FromMilliseconds(1));

        Assert.True(network.Run(TimeSpan.FromSeconds(1), () => BothCompleted(a, b)));

        Assert.InRange(network.Now - start, TimeSpan.Zero, TimeSpan.FromMilliseconds(20));
        AssertSamePair(a, b);
    }

    [Fact]
    public void TwoAgents_BehindNats_ConnectByServerReflexiveCandidates()
    {
        var network = new VirtualNetwork(3) { StunServer = Server };
        VirtualPeer a = Behind(network, true, new VirtualNat(IPAddress.Parse("203.0.113.1")), "10.0.0.2:5001");
        VirtualPeer b = Behind(network, false, new VirtualNat(IPAddress.Parse("203.0.113.2")), "10.0.0.3:5002");
        network.Start(a, b, Signaling);

        Assert.True(network.Run(TimeSpan.FromSeconds(5), () => BothCompleted(a, b)));

        Assert.True(a.Agent.GatheringComplete);
        IceCandidateLine reflexive = Assert.Single(a.Candidates, candidate => candidate.Type == IceCandidateType.ServerReflexive);
        Assert.Equal("203.0.113.1", reflexive.Host);
        Assert.Equal("10.0.0.2", reflexive.RelatedHost);
        Assert.Equal(IPAddress.Parse("203.0.113.2"), a.Agent.SelectedPair!.Remote.Address);
        Assert.Equal(IPAddress.Parse("203.0.113.1"), b.Agent.SelectedPair!.Remote.Address);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void TwoAgents_OneBehindASymmetricNat_ConnectByAPeerReflexiveCandidate(bool natOnOfferer)
    {
        var network = new VirtualNetwork(4) { StunServer = Server };
        var nat = new VirtualNat(IPAddress.Parse("203.0.113.1"), symmetric: true);
        VirtualPeer a = Behind(network, true, natOnOfferer ? nat : null, natOnOfferer ? "10.0.0.2:5001" : "192.0.2.1:5001");
        VirtualPeer b = Behind(network, false, natOnOfferer ? null : nat, natOnOfferer ? "192.0.2.2:5002" : "10.0.0.2:5002");
        network.Start(a, b, Signaling);

        Assert.True(network.Run(TimeSpan.FromSeconds(5), () => BothCompleted(a, b)));

        VirtualPeer open = natOnOfferer ? b : a;
        Assert.Equal(IceCandidateType.PeerReflexive, open.Agent.SelectedPair!.RemoteCandidate.Type);
        Assert.Equal(IPAddress.Parse("203.0.113.1"), open.Agent.SelectedPair.Remote.Address);
    }

    [Fact]
    public void TwoAgents_WithTheBestPairsBlocked_CompleteOnTheOneLeft()
    {
        var network = new VirtualNetwork(5);
        var a = new VirtualPeer(network, controlling: true, null, null, "192.0.2.1:5001", "198.18.0.1:5001");
        var b = new VirtualPeer(network, controlling: false, null, null, "192.0.2.2:5002", "198.18.0.2:5002");
        // One direction is enough to make a pair useless.
        network.IsBlocked = static (from, to) => !(from.Address.ToString().StartsWith("198", StringComparison.Ordinal)
            && to.Address.ToString().StartsWith("198", StringComparison.Ordinal))
            && from.Port == 5001;
        network.Start(a, b, Signaling);

        Assert.True(network.Run(TimeSpan.FromSeconds(5), () => BothCompleted(a, b)));

        AssertSamePair(a, b);
        Assert.Equal("198.18.0.2:5002", a.Agent.SelectedPair!.Remote.ToString());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void TwoAgents_WithTheSameRole_SettleTheConflict(bool controlling)
    {
        for (int seed = 0; seed < 20; seed++)
        {
            var network = new VirtualNetwork(seed);
            var a = new VirtualPeer(network, controlling, null, null, "192.0.2.1:5001");
            var b = new VirtualPeer(network, controlling, null, null, "192.0.2.2:5002");
            network.Start(a, b, TimeSpan.FromMilliseconds(5));

            Assert.True(network.Run(TimeSpan.FromSeconds(5), () => BothCompleted(a, b)), $"seed {seed}");

            Assert.NotEqual(a.Agent.Controlling, b.Agent.Controlling);
            AssertSamePair(a, b);
        }
    }

    [Fact]
    public void TwoAgents_WithAFifthOfPacketsLost_Complete()
    {
        for (int seed = 0; seed < 100; seed++)
        {
            var network = new VirtualNetwork(seed) { Loss = 0.2 };
            var a = new VirtualPeer(network, controlling: true, null, null, "192.0.2.1:5001", "[2001:db8::1]:5001");
            var b = new VirtualPeer(network, controlling: false, null, null, "192.0.2.2:5002", "[2001:db8::2]:5002");
            network.Start(a, b, Signaling);

            Assert.True(network.Run(TimeSpan.FromSeconds(10), () => BothCompleted(a, b)), $"seed {seed}");
            AssertSamePair(a, b);
        }
    }

    [Fact]
    public void TwoAgents_WithTheSameSeed_DoTheSame()
    {
        (TimeSpan, int, int, IPEndPoint) Run()
        {
            var network = new VirtualNetwork(77) { Loss = 0.3 };
            var a = new VirtualPeer(network, controlling: true, null, null, "192.0.2.1:5001", "[2001:db8::1]:5001");
            var b = new VirtualPeer(network, controlling: true, null, null, "192.0.2.2:5002", "[2001:db8::2]:5002");
            network.Start(a, b, Signaling);
            Assert.True(network.Run(TimeSpan.FromSeconds(20), () => BothCompleted(a, b)));
            return (network.Now, a.DatagramsSent, b.DatagramsSent, a.Agent.SelectedPair!.Remote);
        }

        Assert.Equal(Run(), Run());
    }

    [Fact]
    public void TwoAgents_WithCandidatesTrickledLate_Connect()
    {
        var network = new VirtualNetwork(6);
        var a = new VirtualPeer(network, controlling: true, null, null, "192.0.2.1:5001");
        var b = new VirtualPeer(network, controlling: false, null, null, "192.0.2.2:5002");
        network.Start(a, b, Signaling);
        a.SignalDelay = b.SignalDelay = TimeSpan.FromSeconds(8);

        Assert.False(network.Run(TimeSpan.FromSeconds(7.5), () => a.Agent.State != IceState.Checking && a.Agent.State != IceState.New));
        Assert.True(network.Run(TimeSpan.FromSeconds(2), () => BothCompleted(a, b)));
    }

    [Fact]
    public void Answerer_WhoseCandidatesNeverArrive_IsReachedByItsOwnChecks()
    {
        var network = new VirtualNetwork(7);
        var a = new VirtualPeer(network, controlling: true, null, null, "127.0.0.1:5001");
        var b = new VirtualPeer(network, controlling: false, null, null, "127.0.0.1:5002");
        network.Start(a, b, Signaling);
        b.SignalDelay = TimeSpan.FromHours(1);

        Assert.True(network.Run(TimeSpan.FromSeconds(1), () => BothCompleted(a, b)));
        Assert.Equal(IceCandidateType.PeerReflexive, a.Agent.SelectedPair!.RemoteCandidate.Type);
    }

    [Fact]
    public void Offerer_CheckedBeforeTheAnswerArrives_RespondsAndConnectsOnceItDoes()
    {
        var network = new VirtualNetwork(8);
        var a = new VirtualPeer(network, controlling: true, null, null, "192.0.2.1:5001");
        var b = new VirtualPeer(network, controlling: false, null, null, "192.0.2.2:5002");
        network.Start(a, b, TimeSpan.FromMilliseconds(500));

        Assert.True(network.Run(TimeSpan.FromMilliseconds(990), () => b.Agent.State == IceState.Connected));
        Assert.Equal(IceState.New, a.Agent.State);
        Assert.Null(a.Agent.SelectedPair);
        Assert.True(network.Run(TimeSpan.FromSeconds(1), () => BothCompleted(a, b)));
    }

    [Fact]
    public void Agent_WhosePeerIsSilent_FailsAfterItsPatience()
    {
        var network = new VirtualNetwork(9) { Loss = 1 };
        var a = new VirtualPeer(network, controlling: true, null, null, "192.0.2.1:5001");
        var b = new VirtualPeer(network, controlling: false, null, null, "192.0.2.2:5002");
        network.Start(a, b, TimeSpan.Zero);
        network.At(TimeSpan.FromSeconds(1), () => a.Agent.EndOfRemoteCandidates(network.Now));

        Assert.False(network.Run(TimeSpan.FromSeconds(11.9), () => a.Agent.State == IceState.Failed));
        Assert.True(network.Run(TimeSpan.FromSeconds(0.2), () => a.Agent.State == IceState.Failed));
        Assert.False(network.Run(TimeSpan.FromSeconds(11.5), () => b.Agent.State == IceState.Failed));
        Assert.True(network.Run(TimeSpan.FromSeconds(1), () => b.Agent.State == IceState.Failed));
        Assert.Null(a.Agent.NextDeadline);
    }

    private static VirtualPeer Behind(VirtualNetwork network, bool controlling, VirtualNat? nat, string localBase) =>
        new(network, controlling, nat, options => options with { StunServers = [Server] }, localBase);

    private static bool BothCompleted(VirtualPeer a, VirtualPeer b) =>
        a.Agent.State == IceState.Completed && b.Agent.State == IceState.Completed;

    private static void AssertSamePair(VirtualPeer a, VirtualPeer b)
    {
        Assert.Equal(a.Agent.SelectedPair!.LocalBase, b.Agent.SelectedPair!.Remote);
        Assert.Equal(b.Agent.SelectedPair.LocalBase, a.Agent.SelectedPair.Remote);
        Assert.Equal(a.Agent.SelectedPair.Priority, b.Agent.SelectedPair.Priority);
    }
}
