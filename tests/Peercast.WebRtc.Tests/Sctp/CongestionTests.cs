using Peercast.WebRtc.Sctp;
using Peercast.WebRtc.Sctp.Congestion;

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
        Assert.True(pair.A.Sender!.Congestion.Window > 1_000_000);
        for (int i = 0; i < 4; i++)
            Assert.True(pair.A.TrySend(pair.Now, 1, 53, new byte[256 * 1024], default));
        int before = pair.AToB.SentCount;
        pair.Flush();
        Assert.InRange(pair.AToB.SentCount - before, 32, 97);
        Assert.NotNull(pair.A.NextDeadline);
        Assert.True(pair.A.NextDeadline < pair.Now + TimeSpan.FromMilliseconds(5));
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
