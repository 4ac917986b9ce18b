using System.Net;
using Peercast.WebRtc.Ice;

namespace Peercast.WebRtc.Tests.Ice;

public sealed class IceGathererTests
{
    private static readonly IPEndPoint Server = IPEndPoint.Parse("198.51.100.1:3478");

    [Fact]
    public void AddLocalHost_WithoutServers_IsCompleteAtOnce()
    {
        var network = new VirtualNetwork(1);
        var peer = new VirtualPeer(network, controlling: true, null, null, "192.0.2.1:5001");
        Assert.False(peer.Agent.GatheringComplete);

        peer.Agent.AddLocalHost(network.Now, peer.Bases[0]);
        peer.Agent.AddLocalHost(network.Now, peer.Bases[0]);

        Assert.True(peer.Agent.GatheringComplete);
        Assert.True(peer.Agent.TryGetLocalCandidate(out IceCandidateLine? candidate));
        Assert.Equal("candidate:1 1 udp 2130706431 192.0.2.1 5001 typ host", candidate.Format());
        Assert.False(peer.Agent.TryGetLocalCandidate(out _));
    }

    [Fact]
    public void AddLocalHost_SeveralBases_RankAndFoundationDiffer()
    {
        var network = new VirtualNetwork(1);
        var peer = new VirtualPeer(network, controlling: true, null, null, "192.0.2.1:5001", "[2001:db8::1]:5001", "[fe80::1]:5001");
        foreach (IPEndPoint localBase in peer.Bases)
            peer.Agent.AddLocalHost(network.Now, localBase);

        Assert.True(peer.Agent.TryGetLocalCandidate(out IceCandidateLine? first));
        Assert.True(peer.Agent.TryGetLocalCandidate(out IceCandidateLine? second));
        // Link-local addresses mean nothing to the peer.
        Assert.False(peer.Agent.TryGetLocalCandidate(out _));
        Assert.True(first.Priority > second.Priority);
        Assert.NotEqual(first.Foundation, second.Foundation);
    }

    [Fact]
    public void Gathering_ServerSilent_EndsInTime()
    {
        var network = new VirtualNetwork(2);
        VirtualPeer peer = Asking(network, null, "10.0.0.1:5001");
        TimeSpan start = network.Now;

        Assert.True(network.Run(TimeSpan.FromSeconds(10), () => peer.Agent.GatheringComplete));

        Assert.InRange(network.Now - start, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(6));
        Assert.Equal(5, peer.DatagramsSent);
        Assert.Single(peer.Candidates);
    }

    [Fact]
    public void Gathering_WithLoss_StillFindsTheAddress()
    {
        var network = new VirtualNetwork(3) { StunServer = Server, Loss = 0.3 };
        VirtualPeer peer = Asking(network, new VirtualNat(IPAddress.Parse("203.0.113.1")), "10.0.0.1:5001");

        Assert.True(network.Run(TimeSpan.FromSeconds(10), () => peer.Agent.GatheringComplete));

        Assert.Equal(
            [IceCandidateType.Host, IceCandidateType.ServerReflexive], peer.Candidates.Select(candidate => candidate.Type));
        Assert.True(peer.Candidates[0].Priority > peer.Candidates[1].Priority);
    }

    [Fact]
    public void Gathering_NoNat_AddsNothingToTheHostCandidate()
    {
        var network = new VirtualNetwork(4) { StunServer = Server };
        VirtualPeer peer = Asking(network, null, "192.0.2.1:5001");

        Assert.True(network.Run(TimeSpan.FromSeconds(1), () => peer.Agent.GatheringComplete));

        Assert.Single(peer.Candidates);
    }

    [Fact]
    public void Gathering_FromLoopbackOrTheOtherFamily_AsksNobody()
    {
        var network = new VirtualNetwork(5) { StunServer = Server };
        VirtualPeer peer = Asking(network, null, "127.0.0.1:5001", "[2001:db8::1]:5001");

        Assert.True(peer.Agent.GatheringComplete);
        Assert.Equal(0, peer.DatagramsSent);
    }

    private static VirtualPeer Asking(VirtualNetwork network, VirtualNat? nat, params string[] bases)
    {
        var peer = new VirtualPeer(network, controlling: true, nat, options => options with { StunServers = [Server] }, bases);
        foreach (IPEndPoint localBase in peer.Bases)
            peer.Agent.AddLocalHost(network.Now, localBase);
        return peer;
    }
}
