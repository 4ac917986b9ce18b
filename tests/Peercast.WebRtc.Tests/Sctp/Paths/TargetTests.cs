namespace Peercast.WebRtc.Tests.Sctp.Paths;

/// <summary>What the default must reach on a path with 40 ms of round trip.</summary>
public sealed class TargetTests
{
    private const double Rate = 6.25e6;

    [Theory]
    [InlineData(0.005, 4e6)]
    [InlineData(0.02, 2e6)]
    public void Transfer_RandomLoss_KeepsItsRate(double loss, double bytesPerSecond)
    {
        for (int seed = 1; seed <= 3; seed++)
        {
            var path = new VirtualPath(seed) { Loss = loss };
            var flow = new SctpFlow(path, CongestionControl.Model, seed);
            path.Run(15);
            Assert.True(flow.Delivered / 15.0 >= bytesPerSecond, $"seed {seed}: {flow.Delivered / 15.0:f0} bytes/s");
            Assert.Equal(0, flow.A.Sender!.Timeouts);
        }
    }

    [Theory]
    [InlineData(250_000)]
    [InlineData(60_000)]
    [InlineData(1_000_000)]
    public void Transfer_AloneOnABottleneck_UsesItWithoutAStandingQueue(int queue)
    {
        var path = new VirtualPath(1) { QueueLimit = queue };
        var flow = new SctpFlow(path, CongestionControl.Model);
        path.Run(15);
        Assert.InRange(flow.Delivered / 15.0 / Rate, 0.8, 1);
        Assert.InRange(path.Waited.Seconds / path.Waited.Packets, 0, 0.008);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Transfer_BesideCubicTcp_SharesWithinAFactorOfTwo(int seed)
    {
        var path = new VirtualPath(seed);
        var tcp = new TcpCubicFlow(path);
        var flow = new SctpFlow(path, CongestionControl.Model, seed);
        path.Run(5);
        long tcpBefore = tcp.WireBytes, flowBefore = flow.WireBytes;
        path.Run(40);
        double ours = flow.WireBytes - flowBefore, theirs = tcp.WireBytes - tcpBefore;
        Assert.InRange(ours / theirs, 0.5, 2);
        Assert.InRange((ours + theirs) / 40 / Rate, 0.95, 1.01);
    }
}
