using Peercast.WebRtc.Sctp.Congestion;

namespace Peercast.WebRtc.Tests.Sctp;

public sealed class StallDetectorTests
{
    private static readonly TimeSpan MinRtt = TimeSpan.FromMilliseconds(40);

    [Fact]
    public void OnSample_SilenceWithDataInFlight_StallsUntilWhatIsSentAfterItArrives()
    {
        var detector = new StallDetector(1_000);
        Take(detector, at: 1, delivered: 100_000, deliveredAtSend: 60_000);
        Assert.False(detector.IsStalled);
        Take(detector, at: 1.2, delivered: 101_000, deliveredAtSend: 60_000);
        Assert.True(detector.IsStalled);
        Take(detector, at: 1.201, delivered: 140_000, deliveredAtSend: 100_000);
        Assert.True(detector.IsStalled);
        Take(detector, at: 1.24, delivered: 141_000, deliveredAtSend: 101_000);
        Assert.False(detector.IsStalled);
    }

    [Fact]
    public void OnSample_SilenceWithNothingInFlight_IsNone()
    {
        var detector = new StallDetector(1_000);
        Take(detector, at: 1, delivered: 100_000, deliveredAtSend: 60_000, flight: 0);
        Take(detector, at: 3, delivered: 101_000, deliveredAtSend: 100_000);
        Assert.False(detector.IsStalled);
    }

    [Fact]
    public void OnSample_PacketsOfASlowPath_AreNone()
    {
        var detector = new StallDetector(1_000);
        for (int i = 1; i < 10; i++)
        {
            Take(detector, at: i * 0.2, delivered: i * 2_000, deliveredAtSend: (i - 1) * 2_000, bandwidth: 10_000);
            Assert.False(detector.IsStalled);
        }
    }

    private static void Take(
        StallDetector detector, double at, long delivered, long deliveredAtSend, int flight = 40_000, double bandwidth = 1e6) =>
        detector.OnSample(
            FullPipeDetectorTests.Sample(bandwidth) with
            {
                Now = TimeSpan.FromSeconds(at),
                Delivered = delivered,
                DeliveredAtSend = deliveredAtSend,
                Flight = flight,
            },
            bandwidth,
            MinRtt);
}
