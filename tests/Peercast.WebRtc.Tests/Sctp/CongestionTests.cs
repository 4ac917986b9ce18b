using Peercast.WebRtc.Sctp;

namespace Peercast.WebRtc.Tests.Sctp;

public sealed class CongestionTests
{
    [Fact]
    public void TrySend_BottleneckWithQueue_UsesMostOfItWithoutTimeouts()
    {
        // 50 Mbit/s, 40 ms, 250 kB queue.
        var pair = Path(rate: 6.25e6, queue: 250_000, loss: 0);
        long bytes = Transfer(pair, seconds: 3);
        Assert.InRange(bytes / 3.0 / 6.25e6, 0.8, 1.0);
        Assert.Equal(0, pair.A.Sender!.Timeouts);
    }

    [Fact]
    public void TrySend_ShallowQueue_LosesLittle()
    {
        var pair = Path(rate: 6.25e6, queue: 50_000, loss: 0);
        long bytes = Transfer(pair, seconds: 3);
        Assert.InRange(bytes / 3.0 / 6.25e6, 0.6, 1.0);
        Assert.InRange(pair.A.Sender!.Retransmissions / (double)pair.AToB.SentCount, 0, 0.05);
        Assert.Equal(0, pair.A.Sender!.Timeouts);
    }

    [Fact]
    public void Fill_FirstFlight_IsTenPackets()
    {
        var pair = SctpPair.Connected();
        int before = pair.AToB.SentCount;
        Assert.True(pair.A.TrySend(pair.Now, 1, 53, new byte[200_000], default));
        pair.Flush();
        Assert.Equal(10, pair.AToB.SentCount - before);
    }

    [Fact]
    public void Fill_WideWindow_IsSpreadOverTheRoundTrip()
    {
        var pair = Path(rate: 0, queue: 0, loss: 0);
        Transfer(pair, seconds: 0.5);
        pair.RunUntil(() => pair.A.Sender!.IsIdle);
        Assert.True(pair.A.Sender!.CongestionWindow > 1_000_000);
        for (int i = 0; i < 4; i++)
            Assert.True(pair.A.TrySend(pair.Now, 1, 53, new byte[256 * 1024], default));
        int before = pair.AToB.SentCount;
        pair.Flush();
        Assert.InRange(pair.AToB.SentCount - before, 32, 97);
        Assert.NotNull(pair.A.NextDeadline);
        Assert.True(pair.A.NextDeadline < pair.Now + TimeSpan.FromMilliseconds(5));
    }

    [Fact]
    public void OnAcknowledged_WindowNotFull_DoesNotGrow()
    {
        var cubic = new CubicCongestionControl(1000, 1 << 20);
        cubic.OnAcknowledged(TimeSpan.Zero, 5000, TimeSpan.FromMilliseconds(50), windowLimited: false);
        Assert.Equal(10_000, cubic.Window);
        cubic.OnAcknowledged(TimeSpan.Zero, 5000, TimeSpan.FromMilliseconds(50), windowLimited: true);
        Assert.Equal(15_000, cubic.Window);
    }

    [Fact]
    public void OnLoss_ThenAcknowledgements_ReturnsToTheOldWindowAlongTheCubicCurve()
    {
        var cubic = new CubicCongestionControl(1000, 1 << 24);
        var rtt = TimeSpan.FromMilliseconds(100);
        for (int i = 0; i < 99; i++)
            cubic.OnAcknowledged(TimeSpan.Zero, 10_000, rtt, windowLimited: true);
        Assert.Equal(1_000_000, cubic.Window);
        cubic.OnLoss(TimeSpan.Zero);
        Assert.Equal(700_000, cubic.Window);
        // K = cbrt(300 packets / 0.4) = 9.1 s back to the plateau (RFC 9438, section 4.2).
        var now = TimeSpan.Zero;
        for (; cubic.Window < 990_000; now += rtt)
            cubic.OnAcknowledged(now, cubic.Window, rtt, windowLimited: true);
        Assert.InRange(now.TotalSeconds, 5, 9.2);
        cubic.OnTimeout(now);
        Assert.Equal(1000, cubic.Window);
    }

    private static SctpPair Path(double rate, double queue, double loss)
    {
        var pair = new SctpPair();
        pair.AToB.Delay = pair.BToA.Delay = TimeSpan.FromMilliseconds(20);
        pair.AToB.Rate = rate;
        pair.AToB.QueueLimit = queue;
        pair.AToB.Loss = loss;
        pair.AtB.KeepsMessages = false;
        pair.A.Connect(pair.Now);
        pair.RunUntil(() => pair.A.State == SctpState.Established);
        return pair;
    }

    private static long Transfer(SctpPair pair, double seconds)
    {
        long received = 0;
        pair.AtB.MessageHandler = (_, bytes) => received += bytes.Length;
        var message = new byte[65_536];
        var end = pair.Now + TimeSpan.FromSeconds(seconds);
        while (pair.Now < end)
        {
            while (pair.A.BufferedAmount(1) < 1_000_000 && pair.A.TrySend(pair.Now, 1, 53, message, default))
            {
            }

            pair.Run(0.01);
        }

        return received;
    }
}
