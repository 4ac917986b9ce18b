using Peercast.WebRtc.Sctp.Congestion;

namespace Peercast.WebRtc.Tests.Sctp.Paths;

/// <summary>A system that gives a program no processor for 200 ms, or a link that sleeps as long: no sign of a slow path.</summary>
public sealed class StallTests
{
    private const double Rate = 20e6;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    [Theory]
    [InlineData("link", 0, 0.1, 3, 1)]
    [InlineData("link", 0, 0.2, 3, 1)]
    [InlineData("link", 0.02, 0.2, 1, 2)]
    [InlineData("receiver", 0.02, 0.1, 3, 1)]
    [InlineData("sender", 0.02, 0.1, 3, 1)]
    public void Startup_NothingMovesForAWhile_GoesOnToTheRateOfThePath(string what, double loss, double at, int times, int seed)
    {
        var (path, flow) = Begin(loss, seed);
        path.Run(at);
        Stall(path, flow, what, times);
        path.Run(0.5);
        Assert.InRange(Share(path, flow, seconds: 1), 0.6, 1);
    }

    [Theory]
    [InlineData("link", 0.02, 2)]
    [InlineData("receiver", 0.005, 1)]
    [InlineData("sender", 0.02, 1)]
    public void Cruise_NothingMovesForAWhile_KeepsTheRate(string what, double loss, int seed)
    {
        var (path, flow) = Begin(loss, seed);
        path.Run(5);
        Stall(path, flow, what, times: 1);
        path.Run(0.5);
        Assert.InRange(Share(path, flow, seconds: 1), 0.6, 1);
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(1.5)]
    public void Timers_SenderWakesLate_ReadsTheAnswersBeforeItTimesOut(double seconds)
    {
        var (path, flow) = Begin(loss: 0, seed: 1);
        path.Run(3);
        flow.PauseSender(TimeSpan.FromSeconds(seconds));
        path.Run(seconds + 0.5);
        Assert.Equal(0, flow.A.Sender!.Timeouts);
        Assert.InRange(Share(path, flow, seconds: 1), 0.8, 1);
    }

    [Fact]
    public void Probe_PathIsManyTimesWider_DoublesAsTheStartDoes()
    {
        var (path, flow) = Begin(loss: 0.005, seed: 1, rate: Rate / 20);
        path.Run(4);
        path.Rate = Rate;
        double before = Model(flow).Bandwidth;
        for (int i = 0; i < 400 && Model(flow).Bandwidth < before * 2; i++)
            path.Run(0.01);
        path.Run(0.4);
        Assert.InRange(Share(path, flow, seconds: 0.5), 0.7, 1);
    }

    private static (VirtualPath Path, SctpFlow Flow) Begin(double loss, int seed, double rate = Rate)
    {
        var path = new VirtualPath(seed) { Rate = rate, QueueLimit = 4e6, Loss = loss };
        return (path, new SctpFlow(path, CongestionControl.Model, seed, messageSize: 65_536));
    }

    private static void Stall(VirtualPath path, SctpFlow flow, string what, int times)
    {
        for (int i = 0; i < times; i++)
        {
            if (what == "link")
                path.Hold(Pause);
            else if (what == "sender")
                flow.PauseSender(Pause);
            else
                flow.PauseReceiver(Pause);
            path.Run(0.3);
        }
    }

    private static double Share(VirtualPath path, SctpFlow flow, double seconds)
    {
        long before = flow.Delivered;
        path.Run(seconds);
        return (flow.Delivered - before) / seconds / Rate;
    }

    private static BbrCongestionControl Model(SctpFlow flow) => Assert.IsType<BbrCongestionControl>(flow.A.Sender!.Congestion);
}
