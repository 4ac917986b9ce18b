using Peercast.WebRtc.Sctp.Congestion;

namespace Peercast.WebRtc.Tests.Sctp.Paths;

/// <summary>Who gives media to several others over one line upward, whose rate he knows, and has short messages for them besides.</summary>
public sealed class SharedLineUpTests
{
    private const double Line = 85_000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Transfer_OnASharedLine_FillsItAndLeavesItsQueueEmpty(int flows)
    {
        var result = Measure(flows, shared: true);
        Assert.InRange(result.Share, 0.9, 0.97);
        Assert.InRange(result.Evenness, 0.8, 1);
        Assert.InRange(result.DelayMs, 0, 40);
        Assert.InRange(result.LongestDelayMs, 0, 60);
        Assert.Equal(0, result.Dropped);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Transfer_SomethingElseTakesAThirdOfTheLine_LeavesTheQueueEmptyAllTheSame(int flows)
    {
        var result = Measure(flows, shared: true, besides: 0.35);
        Assert.InRange(result.Share, 0.5, 0.62);
        Assert.InRange(result.DelayMs, 0, 50);
        Assert.InRange(result.LongestDelayMs, 0, 90);
        Assert.Equal(0, result.Dropped);
    }

    [Fact]
    public void Transfer_EachHasALineOfItsOwn_WaitsInTheQueue()
    {
        var result = Measure(count: 2, shared: false);
        Assert.InRange(result.DelayMs, 150, 1000);
        Assert.InRange(result.Dropped, 1, int.MaxValue);
    }

    private static Result Measure(int count, bool shared, double besides = 0)
    {
        var path = new VirtualPath(1) { Rate = Line, QueueLimit = 30_280 };
        var line = new SendRateBound { BytesPerSecond = 0.95 * Line };
        SendRateBound LineOf() => shared ? line : new SendRateBound { BytesPerSecond = line.BytesPerSecond };
        var flows = Enumerable.Range(1, count).Select(seed => new SctpFlow(path, CongestionControl.Model, seed, line: LineOf())).ToArray();
        var idle = new SctpFlow(path, CongestionControl.Model, 99, line: LineOf()) { IsPaused = true };
        if (besides > 0)
            path.Add(new Besides(path, line, (int)(Line * besides * Besides.Interval.TotalSeconds)));
        path.Run(3);
        long[] before = [.. flows.Select(flow => flow.WireBytes)];
        var delays = new List<double>();
        var begun = path.Now;
        for (int i = 0; i < 100; i++)
        {
            int delivered = idle.Messages;
            var sentAt = path.Now;
            Assert.True(idle.Send(40));
            while (idle.Messages == delivered)
                path.Run(0.001);
            delays.Add((path.Now - sentAt - path.OneWayDelay).TotalMilliseconds);
            path.Run(0.1);
        }

        double seconds = (path.Now - begun).TotalSeconds;
        double[] shares = [.. flows.Select((flow, i) => (flow.WireBytes - before[i]) / seconds / Line)];
        return new Result(
            shares.Sum(),
            shares.Min() / shares.Max(),
            delays.Average(),
            delays.Max(),
            path.QueueDrops);
    }

    /// <summary>What the owner of the line knows to go up, but no association sends: TCP's acknowledgments of a download, say.</summary>
    private sealed class Besides(VirtualPath path, SendRateBound line, int bytes) : IFlow
    {
        public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

        public TimeSpan? NextDeadline { get; private set; } = path.Now;

        public long WireBytes { get; private set; }

        public void Tick()
        {
            if (path.Now < NextDeadline)
                return;
            NextDeadline = path.Now + Interval;
            line.Charge(path.Now, bytes);
            path.Forward(bytes, () => WireBytes += bytes);
        }
    }

    private sealed record Result(double Share, double Evenness, double DelayMs, double LongestDelayMs, long Dropped);
}
