using Peercast.WebRtc.Sctp;
using Peercast.WebRtc.Sctp.Congestion;

namespace Peercast.WebRtc.Tests.Sctp;

public sealed class PacerTests
{
    private const int Packet = 1000;

    [Theory]
    [InlineData(50e3, false, 4)]
    [InlineData(5e6, false, 20)]
    [InlineData(500e6, false, 96)]
    [InlineData(27e3, true, 1)]
    [InlineData(250e3, true, 5)]
    public void MaySend_AfterASilence_AllowsABurstOfFourMillisecondsOrTwentyOfALine(double rate, bool isLineKnown, int packets)
    {
        var pacer = new Pacer(Packet);
        var now = TimeSpan.FromSeconds(1);
        SendAll(pacer, now, rate, isLineKnown);
        now += TimeSpan.FromSeconds(10);
        Assert.InRange(SendAll(pacer, now, rate, isLineKnown), packets, packets + 1);
        Assert.NotNull(pacer.NextDeadline);
    }

    [Theory]
    [InlineData(50e3)]
    [InlineData(5e6)]
    [InlineData(100e6)]
    public void MaySend_EachDeadlineKept_YieldsTheRate(double rate)
    {
        var pacer = new Pacer(Packet);
        var now = TimeSpan.FromSeconds(1);
        SendAll(pacer, now, rate);
        long sent = 0;
        int wakes = 0;
        while (now < TimeSpan.FromSeconds(3))
        {
            now = pacer.NextDeadline!.Value;
            pacer.Tick(now);
            Assert.Null(pacer.NextDeadline);
            sent += SendAll(pacer, now, rate) * Packet;
            wakes++;
        }

        Assert.InRange(sent / 2.0 / rate, 0.95, 1.05);
        Assert.InRange(wakes, 1, 4100);
    }

    [Fact]
    public void Transfer_OnALineOfKnownRate_IsSpreadFromTheFirstPacketOn()
    {
        var pair = SctpPair.Connected(options: new SctpOptions { SendRateBound = new SendRateBound { BytesPerSecond = 50_000 } });
        TimeSpan begun = pair.Now;
        Assert.True(pair.A.TrySend(pair.Now, 1, 53, new byte[200_000], default));
        pair.Run(0.5);
        Assert.InRange(pair.A.Sender!.FlightBytes, 0, 5_000);
        pair.RunUntil(() => pair.AtB.Messages.Count == 1);
        Assert.InRange((pair.Now - begun).TotalSeconds, 3.5, 4.5);
    }

    private static int SendAll(Pacer pacer, TimeSpan now, double rate, bool isLineKnown = false)
    {
        int packets = 0;
        for (; pacer.MaySend(now, rate, isLineKnown); packets++)
            pacer.OnSent(Packet);
        return packets;
    }
}
