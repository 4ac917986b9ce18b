using System.Net;
using Peercast.WebRtc.Ice;

namespace Peercast.WebRtc.Tests.Ice;

public sealed class IceConsentTests
{
    private readonly VirtualNetwork _network = new(11);
    private readonly VirtualPeer _a;
    private readonly VirtualPeer _b;

    public IceConsentTests()
    {
        _a = new VirtualPeer(_network, controlling: true, null, null, "192.0.2.1:5001");
        _b = new VirtualPeer(_network, controlling: false, null, null, "192.0.2.2:5002");
    }

    [Fact]
    public void Consent_WithAFifthOfPacketsLost_HoldsForAnHour()
    {
        Connect();
        _network.Loss = 0.2;

        _network.Run(TimeSpan.FromHours(1));

        Assert.Equal(IceState.Completed, _a.Agent.State);
        // A few short doubts are in the nature of such a network; a loss of consent is not.
        Assert.InRange(_a.States.Count(state => state == IceState.Disconnected), 0, 20);
        Assert.DoesNotContain(IceState.Failed, _b.States);
    }

    [Fact]
    public void Consent_OnAQuietWay_CostsFewPackets()
    {
        Connect();
        _a.DatagramsSent = 0;

        _network.Run(TimeSpan.FromSeconds(60));

        // One request and one response every 5 s from each side.
        Assert.InRange(_a.DatagramsSent, 18, 30);
        Assert.Equal(IceState.Completed, _a.Agent.State);
        Assert.Equal(TimeSpan.FromMilliseconds(20), _a.Agent.SelectedPair!.RoundTrip);
    }

    [Fact]
    public void Consent_LostAndBack_DisconnectsAndReturns()
    {
        Connect();
        _network.Loss = 1;
        TimeSpan lostAt = _network.Now;

        Assert.True(_network.Run(TimeSpan.FromSeconds(10), () => _a.Agent.State == IceState.Disconnected));
        // The latest answer may be as old as one consent interval.
        Assert.InRange(_network.Now - lostAt, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(7.1));
        _network.Run(TimeSpan.FromSeconds(10));
        _network.Loss = 0;

        Assert.True(_network.Run(
            TimeSpan.FromSeconds(1), () => _a.Agent.State == IceState.Completed && _b.Agent.State == IceState.Completed));
        Assert.NotNull(_a.Agent.SelectedPair);
    }

    [Fact]
    public void Consent_LostForGood_FailsAfterThirtySecondsAndFallsSilent()
    {
        Connect();
        _network.Loss = 1;
        TimeSpan lostAt = _network.Now;

        Assert.True(_network.Run(TimeSpan.FromSeconds(40), () => _a.Agent.State == IceState.Failed && _b.Agent.State == IceState.Failed));
        Assert.InRange(_network.Now - lostAt, TimeSpan.FromSeconds(25), TimeSpan.FromSeconds(30.1));
        Assert.Null(_a.Agent.SelectedPair);
        Assert.Null(_a.Agent.NextDeadline);
        _network.Loss = 0;
        int sent = _a.DatagramsSent;
        Assert.False(_network.Run(TimeSpan.FromSeconds(60), () => _a.Agent.State != IceState.Failed));
        Assert.Equal(sent, _a.DatagramsSent);
    }

    [Fact]
    public void Consent_OneWayBlocked_IsLostOnBothSides()
    {
        // Requests get through one way and responses do not: nobody hears an answer.
        Connect();
        _network.IsBlocked = static (from, _) => from.Port == 5001;

        Assert.True(_network.Run(TimeSpan.FromSeconds(40), () => _a.Agent.State == IceState.Failed && _b.Agent.State == IceState.Failed));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Agents_WhenTheNatForgets_MoveToTheNewAddress(bool natOnControlling)
    {
        var nat = new VirtualNat(IPAddress.Parse("203.0.113.1"));
        var network = new VirtualNetwork(12);
        var inner = new VirtualPeer(network, natOnControlling, nat, null, "10.0.0.2:5001");
        var outer = new VirtualPeer(network, !natOnControlling, null, null, "192.0.2.2:5002");
        network.Start(natOnControlling ? inner : outer, natOnControlling ? outer : inner, TimeSpan.FromMilliseconds(20));
        Assert.True(network.Run(
            TimeSpan.FromSeconds(5), () => inner.Agent.State == IceState.Completed && outer.Agent.State == IceState.Completed));
        IPEndPoint before = outer.Agent.SelectedPair!.Remote;

        nat.Forget();

        Assert.True(network.Run(TimeSpan.FromSeconds(20), () => !outer.Agent.SelectedPair!.Remote.Equals(before)));
        network.Run(TimeSpan.FromSeconds(60));
        Assert.Equal(IceState.Completed, inner.Agent.State);
        Assert.Equal(IceState.Completed, outer.Agent.State);
        Assert.Equal(IPAddress.Parse("203.0.113.1"), outer.Agent.SelectedPair!.Remote.Address);
    }

    [Fact]
    public void Agents_WhenTheNatForgetsAHundredTimes_StayConnected()
    {
        var nat = new VirtualNat(IPAddress.Parse("203.0.113.1"));
        var network = new VirtualNetwork(13);
        var inner = new VirtualPeer(network, controlling: true, nat, null, "10.0.0.2:5001");
        var outer = new VirtualPeer(network, controlling: false, null, null, "192.0.2.2:5002");
        network.Start(inner, outer, TimeSpan.FromMilliseconds(20));
        for (int round = 0; round < 100; round++)
        {
            network.Run(TimeSpan.FromSeconds(40));
            Assert.Equal(IceState.Completed, inner.Agent.State);
            Assert.Equal(IceState.Completed, outer.Agent.State);
            nat.Forget();
        }
    }

    [Fact]
    public void Close_WhenConnected_FallsSilentAndThePeerNotices()
    {
        Connect();
        _a.Agent.Close();

        Assert.Equal(IceState.Closed, _a.Agent.State);
        Assert.Null(_a.Agent.SelectedPair);
        Assert.True(_network.Run(TimeSpan.FromSeconds(31), () => _b.Agent.State == IceState.Failed));
        Assert.Equal(IceState.Closed, _a.Agent.State);
    }

    private void Connect()
    {
        _network.Start(_a, _b, TimeSpan.FromMilliseconds(20));
        Assert.True(_network.Run(
            TimeSpan.FromSeconds(2), () => _a.Agent.State == IceState.Completed && _b.Agent.State == IceState.Completed));
    }
}
