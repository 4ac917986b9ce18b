using Peercast.WebRtc.Sctp.Congestion;

namespace Peercast.WebRtc.Tests.Sctp;

public sealed class FullPipeDetectorTests
{
    [Fact]
    public void OnSample_ThreeFlatRounds_IsFull()
    {
        var detector = Grown();
        Assert.False(Round(detector, 1e6));
        Assert.False(Round(detector, 1.1e6));
        Assert.True(Round(detector, 1.2e6));
    }

    [Fact]
    public void OnSample_GrowthWithinARound_CountsAsMuchAsAtItsStart()
    {
        var detector = Grown();
        for (int i = 1; i < 8; i++)
        {
            Assert.False(Round(detector, 1e6));
            detector.OnSample(Sample(i * 2e6), isRoundStart: false, isStalled: false);
        }
    }

    [Fact]
    public void OnSample_StalledRounds_CountOnlyWhenThereIsNoEndOfThem()
    {
        var detector = Grown();
        for (int i = 0; i < 9; i++)
            Assert.False(Round(detector, 1e5, isStalled: true));
        Assert.True(Round(detector, 1e5, isStalled: true));
    }

    [Fact]
    public void OnSample_ApplicationSentLittle_SaysNothing()
    {
        var detector = Grown();
        for (int i = 0; i < 20; i++)
            detector.OnSample(Sample(1e5) with { IsApplicationLimited = true }, isRoundStart: true, isStalled: false);
        Assert.False(detector.IsFull);
    }

    private static FullPipeDetector Grown()
    {
        var detector = new FullPipeDetector();
        detector.OnSample(Sample(1e6), isRoundStart: true, isStalled: false);
        return detector;
    }

    private static bool Round(FullPipeDetector detector, double rate, bool isStalled = false)
    {
        detector.OnSample(Sample(rate), isRoundStart: true, isStalled);
        return detector.IsFull;
    }

    internal static DeliverySample Sample(double rate) => new()
    {
        Now = TimeSpan.FromSeconds(1),
        Acknowledged = 1_100,
        Flight = 11_000,
        SmoothedRtt = TimeSpan.FromMilliseconds(40),
        Rtt = TimeSpan.FromMilliseconds(40),
        Rate = rate,
        IntervalBytes = 11_000,
        IntervalLost = 0,
        Delivered = 100_000,
        DeliveredAtSend = 89_000,
        FlightAtSend = 11_000,
        IsApplicationLimited = false,
        IsWindowLimited = true,
        IsHeldBack = true,
        InRecovery = false,
    };
}
