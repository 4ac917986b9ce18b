using Peercast.WebRtc.Sctp.Congestion;

namespace Peercast.WebRtc.Tests.Sctp;

public sealed class LossToleranceTests
{
    private static readonly TimeSpan MinRtt = TimeSpan.FromMilliseconds(40);

    [Theory]
    [InlineData(20, 3, false)]
    [InlineData(20, 5, true)]
    [InlineData(1_000, 50, false)]
    [InlineData(1_000, 54, true)]
    public void IsExceeded_NoQueue_LeavesChanceItsFewPackets(int packets, int lost, bool expected) =>
        Assert.Equal(expected, new LossTolerance(1_000).IsExceeded(lost * 1_000.0, packets * 1_000.0));

    [Fact]
    public void IsExceeded_Queue_OneOfTwentyIsTooMany()
    {
        var tolerance = new LossTolerance(1_000);
        tolerance.OnRoundTrip(MinRtt * 1.5, MinRtt, isStalled: false);
        Assert.True(tolerance.HasQueue);
        Assert.True(tolerance.IsExceeded(1_000, 20_000));
    }

    [Fact]
    public void OnRoundTrip_NothingMoved_TellsOfNoQueue()
    {
        var tolerance = new LossTolerance(1_000);
        tolerance.OnRoundTrip(MinRtt * 6, MinRtt, isStalled: true);
        Assert.False(tolerance.HasQueue);
    }
}
