using Peercast.WebRtc.Sctp.Congestion;

namespace Peercast.WebRtc.Tests.Sctp.Paths;

/// <summary>The model on paths that change (the cases of draft-ietf-ccwg-bbr's appendix, where they apply).</summary>
public sealed class ModelTests
{
    private const double Rate = 6.25e6;

    [Fact]
    public void Startup_RateStopsGrowing_DrainsAndKnowsThePath()
    {
        var path = new VirtualPath(1);
        var flow = new SctpFlow(path, CongestionControl.Model);
        path.Run(0.1);
        Assert.Equal(BbrState.Startup, Model(flow).State);
        path.Run(1.9);
        Assert.NotEqual(BbrState.Startup, Model(flow).State);
        // The estimate is of payload; headers take 7.5% of the path's rate.
        Assert.InRange(Model(flow).Bandwidth / Rate, 0.88, 1);
        Assert.InRange(Model(flow).MinRtt.TotalMilliseconds, 40, 42);
    }

    [Fact]
    public void MinRtt_PathGrowsLonger_IsLearnedBySendingLittleForAMoment()
    {
        var path = new VirtualPath(1);
        var flow = new SctpFlow(path, CongestionControl.Model);
        path.Run(4);
        path.OneWayDelay = TimeSpan.FromMilliseconds(40);
        bool probed = false;
        for (int i = 0; i < 2500; i++)
        {
            path.Run(0.01);
            probed |= Model(flow).State == BbrState.ProbeRtt;
        }

        Assert.True(probed);
        Assert.InRange(Model(flow).MinRtt.TotalMilliseconds, 80, 84);
    }

    [Fact]
    public void Bandwidth_ApplicationSendsLittle_IsNotForgotten()
    {
        var path = new VirtualPath(1);
        var flow = new SctpFlow(path, CongestionControl.Model);
        path.Run(3);
        flow.IsPaused = true;
        for (int i = 0; i < 200; i++)
        {
            Assert.True(flow.Send(2_000));
            path.Run(0.1);
        }

        Assert.InRange(Model(flow).Bandwidth / Rate, 0.8, 1);
        flow.IsPaused = false;
        flow.Tick();
        long before = flow.Delivered;
        path.Run(1);
        Assert.InRange((flow.Delivered - before) / Rate, 0.7, 1);
    }

    [Fact]
    public void Bandwidth_PathGrowsNarrower_FollowsWithoutTimeouts()
    {
        var path = new VirtualPath(1);
        var flow = new SctpFlow(path, CongestionControl.Model);
        path.Run(5);
        path.Rate = Rate / 5;
        path.Run(3);
        long before = flow.Delivered;
        path.Run(5);
        Assert.InRange((flow.Delivered - before) / 5.0 / (Rate / 5), 0.8, 1);
        Assert.Equal(0, flow.A.Sender!.Timeouts);
        path.Rate = Rate;
        path.Run(6);
        before = flow.Delivered;
        path.Run(3);
        Assert.InRange((flow.Delivered - before) / 3.0 / Rate, 0.75, 1);
    }

    [Fact]
    public void Transfer_TwoFlows_ShareWithinAFactorOfTwo()
    {
        var path = new VirtualPath(1);
        var one = new SctpFlow(path, CongestionControl.Model, seed: 1);
        path.Run(5);
        var two = new SctpFlow(path, CongestionControl.Model, seed: 2);
        path.Run(5);
        long oneBefore = one.WireBytes, twoBefore = two.WireBytes;
        path.Run(30);
        Assert.InRange((one.WireBytes - oneBefore) / (double)(two.WireBytes - twoBefore), 0.5, 2);
    }

    [Theory]
    [InlineData(CongestionControl.Model)]
    [InlineData(CongestionControl.Cubic)]
    [InlineData(CongestionControl.Background)]
    public void Transfer_PacketsOvertakeEachOther_LearnsNotToTakeThemForLost(CongestionControl control)
    {
        var path = new VirtualPath(1) { Jitter = TimeSpan.FromMilliseconds(5) };
        var flow = new SctpFlow(path, control);
        path.Run(5);
        int before = flow.A.Sender!.Retransmissions;
        long delivered = flow.Delivered;
        path.QueueDrops = 0;
        path.Run(10);
        Assert.InRange(flow.A.Sender!.Retransmissions - before - path.QueueDrops, 0, 20);
        Assert.InRange((flow.Delivered - delivered) / 10.0 / Rate, 0.6, 1);
    }

    [Fact]
    public void Transfer_PathIsCutForASecond_GoesOnWithinOneMore()
    {
        var path = new VirtualPath(1);
        var flow = new SctpFlow(path, CongestionControl.Model);
        path.Run(4);
        path.Loss = path.LossBack = 1;
        path.Run(1);
        path.Loss = path.LossBack = 0;
        path.Run(1);
        long before = flow.Delivered;
        path.Run(2);
        Assert.InRange((flow.Delivered - before) / 2.0 / Rate, 0.7, 1);
    }

    private static BbrCongestionControl Model(SctpFlow flow) => Assert.IsType<BbrCongestionControl>(flow.A.Sender!.Congestion);
}
