using Peercast.WebRtc.Sctp;
using Peercast.WebRtc.Sctp.Congestion;

namespace Peercast.WebRtc.Tests.Sctp.Paths;

/// <summary>Who fills a buffer over 6 Mbit/s downward and 228 kbit/s upward, and asks for more on the same line.</summary>
public sealed class NarrowLineUpTests
{
    private const double Down = 750_000;
    private const double Up = 28_500;
    private const int RequestSize = 40;
    private const int Requests = 200;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(6)]
    public void Transfer_ReceiverKnowsItsLine_UsesTheWayDownAndKeepsTheWayUpFree(int flows)
    {
        var result = Measure(flows, 0.93 * Up);
        var control = Measure(flows, double.PositiveInfinity);
        Assert.InRange(result.Share, 0.9, 1.01);
        Assert.InRange(result.DelayMs, 0, control.DelayMs / 4);
        Assert.InRange(result.LongestDelayMs, 0, 150);
        // One for 16 packets of 1,228 bytes on the line, and more of them for what no share holds: losses, and the ends of bursts.
        Assert.InRange(result.SacksPerSecond, 0, 2.5 * Down / 1228 / 16);
        Assert.Equal(0, result.DroppedBack);
    }

    private static Result Measure(int count, double bound)
    {
        var path = new VirtualPath(1) { Rate = Down, QueueLimit = Down / 4, RateBack = Up, QueueLimitBack = 30_280 };
        var line = new SendRateBound { BytesPerSecond = bound };
        var receiver = new SctpOptions { SendRateBound = line, SackSpacing = new SackSpacing(line) };
        var flows = Enumerable.Range(1, count).Select(seed => new SctpFlow(path, CongestionControl.Model, seed, receiver: receiver)).ToArray();
        path.Run(3);
        long wireBytes = flows.Sum(flow => flow.WireBytes);
        int sacks = flows.Sum(flow => flow.BareSacks);
        var delays = new List<double>();
        var begun = path.Now;
        for (int i = 0; i < Requests; i++)
        {
            var flow = flows[i % count];
            int delivered = flow.DeliveredBack;
            var sentAt = path.Now;
            Assert.True(flow.SendBack(RequestSize));
            while (flow.DeliveredBack == delivered)
                path.Run(0.001);
            delays.Add((path.Now - sentAt - path.OneWayDelay).TotalMilliseconds);
            path.Run(0.05);
        }

        double seconds = (path.Now - begun).TotalSeconds;
        return new Result(
            (flows.Sum(flow => flow.WireBytes) - wireBytes) / seconds / Down,
            delays.Average(),
            delays.Max(),
            (flows.Sum(flow => flow.BareSacks) - sacks) / seconds,
            path.QueueDropsBack);
    }

    private sealed record Result(double Share, double DelayMs, double LongestDelayMs, double SacksPerSecond, long DroppedBack);
}
