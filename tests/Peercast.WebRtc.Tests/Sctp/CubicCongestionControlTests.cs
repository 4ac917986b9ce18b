using Peercast.WebRtc.Sctp.Congestion;

namespace Peercast.WebRtc.Tests.Sctp;

public sealed class CubicCongestionControlTests
{
    [Fact]
    public void OnAcknowledged_WindowNotFull_DoesNotGrow()
    {
        var cubic = new CubicCongestionControl(1000, 1 << 20);
        cubic.OnAcknowledged(Acknowledged(TimeSpan.Zero, 5000, TimeSpan.FromMilliseconds(50), isHeldBack: false));
        Assert.Equal(10_000, cubic.Window);
        cubic.OnAcknowledged(Acknowledged(TimeSpan.Zero, 5000, TimeSpan.FromMilliseconds(50)));
        Assert.Equal(15_000, cubic.Window);
    }

    [Fact]
    public void OnRecovery_ThenAcknowledgements_ReturnsToTheOldWindowAlongTheCubicCurve()
    {
        var cubic = new CubicCongestionControl(1000, 1 << 24);
        var rtt = TimeSpan.FromMilliseconds(100);
        for (int i = 0; i < 99; i++)
            cubic.OnAcknowledged(Acknowledged(TimeSpan.Zero, 10_000, rtt));
        Assert.Equal(1_000_000, cubic.Window);
        cubic.OnRecovery(TimeSpan.Zero);
        Assert.Equal(700_000, cubic.Window);
        // K = cbrt(300 packets / 0.4) = 9.1 s back to the plateau (RFC 9438, section 4.2).
        var now = TimeSpan.Zero;
        for (; cubic.Window < 990_000; now += rtt)
            cubic.OnAcknowledged(Acknowledged(now, cubic.Window, rtt));
        Assert.InRange(now.TotalSeconds, 5, 9.2);
        cubic.OnTimeout(now);
        Assert.Equal(1000, cubic.Window);
    }

    private static DeliverySample Acknowledged(TimeSpan now, int bytes, TimeSpan rtt, bool isHeldBack = true) => new()
    {
        Now = now,
        Acknowledged = bytes,
        Flight = 0,
        SmoothedRtt = rtt,
        Rtt = rtt,
        Rate = bytes / rtt.TotalSeconds,
        IntervalBytes = bytes,
        IntervalLost = 0,
        Delivered = bytes,
        DeliveredAtSend = 0,
        FlightAtSend = bytes,
        IsApplicationLimited = !isHeldBack,
        IsWindowLimited = isHeldBack,
        IsHeldBack = isHeldBack,
        InRecovery = false,
    };
}
