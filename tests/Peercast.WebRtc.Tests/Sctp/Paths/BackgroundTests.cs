namespace Peercast.WebRtc.Tests.Sctp.Paths;

/// <summary>The background mode on a path with 40 ms of round trip and 50 Mbit/s.</summary>
public sealed class BackgroundTests
{
    private const double Rate = 6.25e6;

    [Theory]
    [InlineData(250_000)]
    [InlineData(1_000_000)]
    public void Transfer_Alone_UsesThePathWithAShortQueueAndLosesNothing(int queue)
    {
        var path = new VirtualPath(1) { QueueLimit = queue };
        var flow = new SctpFlow(path, CongestionControl.Background);
        path.Run(15);
        Assert.InRange(flow.Delivered / 15.0 / Rate, 0.8, 1);
        Assert.InRange(path.Waited.Seconds / path.Waited.Packets, 0, 0.012);
        Assert.Equal(0, flow.A.Sender!.Retransmissions);
    }

    [Theory]
    [InlineData(250_000, 1, 0.7)]
    [InlineData(60_000, 5, 0.4)]
    public void Transfer_TcpComesAndGoes_GivesWayAndComesBack(int queue, double grace, double alone)
    {
        var path = new VirtualPath(1) { QueueLimit = queue };
        var flow = new SctpFlow(path, CongestionControl.Background);
        path.Run(5);
        // A queue of 10 ms is too short to tell at once who fills it, or to fill it without losses.
        var tcp = new TcpCubicFlow(path);
        path.Run(grace);
        Assert.InRange(Share(path, flow, seconds: 1), 0, 0.2);
        Assert.InRange(Share(path, flow, seconds: 30), 0, 0.1);
        tcp.IsPaused = true;
        path.Run(2);
        Assert.InRange(Share(path, flow, seconds: 20), alone, 1.01);
    }

    [Fact]
    public void Transfer_TcpWasThereFirst_LeavesItThePath()
    {
        var path = new VirtualPath(1);
        var tcp = new TcpCubicFlow(path);
        path.Run(5);
        var flow = new SctpFlow(path, CongestionControl.Background);
        path.Run(1);
        long before = tcp.WireBytes;
        Assert.InRange(Share(path, flow, seconds: 30), 0, 0.2);
        Assert.InRange((tcp.WireBytes - before) / 30 / Rate, 0.8, 1.01);
    }

    [Fact]
    public void Transfer_TwoOfThem_ShareThePath()
    {
        var path = new VirtualPath(1);
        var one = new SctpFlow(path, CongestionControl.Background, seed: 1);
        path.Run(5);
        var two = new SctpFlow(path, CongestionControl.Background, seed: 2);
        path.Run(5);
        long oneBefore = one.WireBytes, twoBefore = two.WireBytes;
        path.Run(30);
        Assert.InRange((one.WireBytes - oneBefore) / (double)(two.WireBytes - twoBefore), 0.5, 2);
    }

    private static double Share(VirtualPath path, SctpFlow flow, double seconds)
    {
        long before = flow.WireBytes;
        path.Run(seconds);
        return (flow.WireBytes - before) / seconds / Rate;
    }
}
