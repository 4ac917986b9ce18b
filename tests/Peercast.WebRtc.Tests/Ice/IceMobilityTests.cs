using System.Net;
using Peercast.WebRtc.Ice;

namespace Peercast.WebRtc.Tests.Ice;

public sealed class IceMobilityTests
{
    private readonly VirtualNetwork _network = new(21);

    // After a minute the other way has not been asked for longer than consent lasts.
    [Theory]
    [InlineData(true, 10)]
    [InlineData(false, 10)]
    [InlineData(true, 60)]
    [InlineData(false, 60)]
    public void RemoveLocalHost_InUse_GoesOverToAnotherBaseAndThePeerFollows(bool controlling, int seconds)
    {
        var mover = new VirtualPeer(_network, controlling, null, null, "192.0.2.1:5001", "198.51.100.7:5001");
        var other = new VirtualPeer(_network, !controlling, null, null, "192.0.2.2:5002");
        Connect(mover, other, controlling, seconds);
        Assert.Equal(mover.Bases[0], mover.Agent.SelectedPair!.LocalBase);

        Lose(mover, mover.Bases[0]);

        AssertMoved(mover, other, mover.Bases[1]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AddLocalHost_AfterTheOnlyOneWasLost_IsFoundByThePeer(bool controlling)
    {
        var mover = new VirtualPeer(_network, controlling, null, null, "192.0.2.1:5001") { LateBase = IPEndPoint.Parse("198.51.100.7:5001") };
        var other = new VirtualPeer(_network, !controlling, null, null, "192.0.2.2:5002");
        Connect(mover, other, controlling);
        Lose(mover, mover.Bases[0]);
        Assert.Null(mover.Agent.SelectedPair);
        Assert.Equal(IceState.Disconnected, mover.Agent.State);

        mover.Agent.AddLocalHost(_network.Now, mover.LateBase!);

        AssertMoved(mover, other, mover.LateBase!);
    }

    [Fact]
    public void RemoveLocalHost_TheOnlyOne_FailsInTimeAndFallsSilent()
    {
        var mover = new VirtualPeer(_network, controlling: true, null, null, "192.0.2.1:5001");
        var other = new VirtualPeer(_network, controlling: false, null, null, "192.0.2.2:5002");
        Connect(mover, other, controlling: true);
        Lose(mover, mover.Bases[0]);
        int sent = mover.DatagramsSent;

        Assert.True(_network.Run(TimeSpan.FromSeconds(25), () => mover.Agent.State == IceState.Failed));
        Assert.Equal(sent, mover.DatagramsSent);
    }

    [Fact]
    public void RemoveLocalHost_NotInUse_ChangesNothing()
    {
        var mover = new VirtualPeer(_network, controlling: true, null, null, "192.0.2.1:5001", "198.51.100.7:5001");
        var other = new VirtualPeer(_network, controlling: false, null, null, "192.0.2.2:5002");
        Connect(mover, other, controlling: true);
        IceCandidatePair before = mover.Agent.SelectedPair!;

        Lose(mover, mover.Bases[1]);
        _network.Run(TimeSpan.FromSeconds(60));

        Assert.Same(before, mover.Agent.SelectedPair);
        Assert.Equal([IceState.New, IceState.Checking, IceState.Connected, IceState.Completed], mover.States);
    }

    [Fact]
    public void Bases_ThatComeAndGoAThousandTimes_StayUsable()
    {
        var mover = new VirtualPeer(_network, controlling: true, null, null, "192.0.2.1:5001") { LateBase = IPEndPoint.Parse("198.51.100.7:5001") };
        var other = new VirtualPeer(_network, controlling: false, null, null, "192.0.2.2:5002");
        Connect(mover, other, controlling: true);
        for (int i = 0; i < 1000; i++)
        {
            mover.Agent.AddLocalHost(_network.Now, mover.LateBase!);
            mover.Agent.RemoveLocalHost(_network.Now, mover.LateBase!);
        }

        Lose(mover, mover.Bases[0]);
        mover.Agent.AddLocalHost(_network.Now, mover.LateBase!);
        AssertMoved(mover, other, mover.LateBase!);
    }

    [Theory]
    [InlineData(true, true, true)]
    [InlineData(true, true, false)]
    [InlineData(true, false, true)]
    [InlineData(true, false, false)]
    [InlineData(false, true, true)]
    [InlineData(false, true, false)]
    [InlineData(false, false, true)]
    [InlineData(false, false, false)]
    public void WayInUse_DiesSilently_BothGoOverToTheOther(bool controlling, bool moverHasData, bool otherHasData)
    {
        var mover = new VirtualPeer(_network, controlling, null, null, "192.0.2.1:5001", "198.51.100.7:5001");
        var other = new VirtualPeer(_network, !controlling, null, null, "192.0.2.2:5002");
        Connect(mover, other, controlling, seconds: 60);
        IPEndPoint dead = mover.Bases[0];
        Assert.Equal(dead, mover.Agent.SelectedPair!.LocalBase);
        TimeSpan diedAt = _network.Now;

        _network.IsBlocked = (from, to) => from.Equals(dead) || to.Equals(dead);
        if (moverHasData)
            mover.Agent.Doubt(_network.Now);
        if (otherHasData)
            other.Agent.Doubt(_network.Now);

        // Without data it takes a consent interval, and two checks half a second apart.
        bool isTold = moverHasData || otherHasData;
        Assert.True(_network.Run(
            TimeSpan.FromSeconds(10),
            () => mover.Agent.SelectedPair?.LocalBase.Equals(mover.Bases[1]) == true && other.Agent.SelectedPair?.Remote.Equals(mover.Bases[1]) == true));
        Assert.InRange(_network.Now - diedAt, TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(isTold ? 1.7 : 7.7));
        _network.Run(TimeSpan.FromSeconds(60));
        Assert.Equal(IceState.Completed, mover.Agent.State);
        Assert.Equal(IceState.Completed, other.Agent.State);
    }

    [Fact]
    public void Doubt_WhereTheWayIsFine_CostsOneCheckAndChangesNothing()
    {
        var mover = new VirtualPeer(_network, controlling: true, null, null, "192.0.2.1:5001", "198.51.100.7:5001");
        var other = new VirtualPeer(_network, controlling: false, null, null, "192.0.2.2:5002");
        Connect(mover, other, controlling: true);
        IceCandidatePair before = mover.Agent.SelectedPair!;
        mover.DatagramsSent = 0;

        for (int i = 0; i < 100; i++)
            mover.Agent.Doubt(_network.Now);
        _network.Run(TimeSpan.FromSeconds(0.4));

        Assert.InRange(mover.DatagramsSent, 1, 2);
        Assert.Same(before, mover.Agent.SelectedPair);
    }

    private void Lose(VirtualPeer peer, IPEndPoint gone)
    {
        _network.IsBlocked = (from, to) => from.Equals(gone) || to.Equals(gone);
        peer.Agent.RemoveLocalHost(_network.Now, gone);
    }

    private void Connect(VirtualPeer mover, VirtualPeer other, bool controlling, int seconds = 10)
    {
        _network.Start(controlling ? mover : other, controlling ? other : mover, TimeSpan.FromMilliseconds(20));
        Assert.True(_network.Run(
            TimeSpan.FromSeconds(2), () => mover.Agent.State == IceState.Completed && other.Agent.State == IceState.Completed));
        _network.Run(TimeSpan.FromSeconds(seconds));
    }

    private void AssertMoved(VirtualPeer mover, VirtualPeer other, IPEndPoint to)
    {
        Assert.True(_network.Run(TimeSpan.FromSeconds(0.5), () => mover.Agent.SelectedPair?.LocalBase.Equals(to) == true));

        // The other side's own check of the old way has to go unanswered first.
        Assert.True(_network.Run(TimeSpan.FromSeconds(1.2), () => other.Agent.SelectedPair?.Remote.Equals(to) == true));
        _network.Run(TimeSpan.FromSeconds(60));
        Assert.Equal(IceState.Completed, mover.Agent.State);
        Assert.Equal(IceState.Completed, other.Agent.State);
        Assert.DoesNotContain(IceState.Failed, other.States);
        Assert.Equal(other.Bases[0], mover.Agent.SelectedPair!.Remote);
    }
}
