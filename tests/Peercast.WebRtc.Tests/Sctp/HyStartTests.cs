using Peercast.WebRtc.Sctp.Congestion;

namespace Peercast.WebRtc.Tests.Sctp;

/// <summary>RFC 9406.</summary>
public sealed class HyStartTests
{
    private long _delivered;
    private TimeSpan _now;

    [Fact]
    public void OnSample_DelayStaysTheSame_GoesOn()
    {
        var start = new HyStart();
        for (int round = 0; round < 20; round++)
            Assert.False(Round(start, TimeSpan.FromMilliseconds(40)));
        Assert.False(start.IsConservative);
        Assert.Equal(1000, start.Growth(1000));
    }

    [Fact]
    public void OnSample_DelayGrowsForGood_EndsAfterFiveConservativeRounds()
    {
        var start = new HyStart();
        Round(start, TimeSpan.FromMilliseconds(40));
        Round(start, TimeSpan.FromMilliseconds(40));
        // An eighth of 40 ms is the threshold.
        Round(start, TimeSpan.FromMilliseconds(44));
        Assert.False(start.IsConservative);
        Round(start, TimeSpan.FromMilliseconds(50));
        Assert.True(start.IsConservative);
        Assert.Equal(250, start.Growth(1000));
        int rounds = 1;
        while (!Round(start, TimeSpan.FromMilliseconds(55)))
            rounds++;
        Assert.Equal(5, rounds);
    }

    [Fact]
    public void OnSample_DelayFallsAgain_ReturnsToFullSlowStart()
    {
        var start = new HyStart();
        Round(start, TimeSpan.FromMilliseconds(40));
        Round(start, TimeSpan.FromMilliseconds(60));
        Assert.True(start.IsConservative);
        Round(start, TimeSpan.FromMilliseconds(41));
        Assert.False(start.IsConservative);
    }

    // One round of ten packets.
    private bool Round(HyStart start, TimeSpan rtt)
    {
        long began = _delivered;
        _now += rtt;
        bool isOver = false;
        for (int i = 0; i < 10; i++)
        {
            _delivered += 1000;
            isOver |= start.OnSample(new DeliverySample
            {
                Now = _now,
                Acknowledged = 1000,
                Flight = 9000,
                SmoothedRtt = rtt,
                Rtt = rtt,
                Rate = 0,
                IntervalBytes = 10_000,
                IntervalLost = 0,
                Delivered = _delivered,
                DeliveredAtSend = began,
                FlightAtSend = 10_000,
                IsApplicationLimited = false,
                IsWindowLimited = true,
                IsHeldBack = true,
                InRecovery = false,
            });
        }

        return isOver;
    }
}
