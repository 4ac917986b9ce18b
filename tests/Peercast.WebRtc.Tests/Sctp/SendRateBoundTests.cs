using Peercast.WebRtc.Sctp;
using Peercast.WebRtc.Sctp.Congestion;

namespace Peercast.WebRtc.Tests.Sctp;

/// <summary>Turns on a line upward whose rate is known.</summary>
public sealed class SendRateBoundTests
{
    private static readonly TimeSpan Now = TimeSpan.FromSeconds(10);

    // What who is late to its turn may make up for.
    private static readonly TimeSpan Lateness = TimeSpan.FromMilliseconds(30);

    [Theory]
    [InlineData(null, double.PositiveInfinity, null)]
    [InlineData(null, 20e3, 18e3)]
    [InlineData(5e6, 20e3, 18e3)]
    [InlineData(5e3, 20e3, 5e3)]
    [InlineData(5e6, double.PositiveInfinity, 5e6)]
    public void Of_ARate_LeavesRoomForHeaders(double? rate, double bound, double? expected) =>
        Assert.Equal(expected, new SendRateBound { BytesPerSecond = bound }.Of(rate, 837));

    [Fact]
    public void Book_OneAfterTheOther_TakesTurnsWithoutAGap()
    {
        var line = new SendRateBound { BytesPerSecond = 10_000 };
        var first = line.Book(Now, 5_000);
        Assert.InRange(first, Now - Lateness, Now);
        Assert.Equal(first + TimeSpan.FromSeconds(0.5), line.Book(Now, 1_000));
        Assert.Equal(first + TimeSpan.FromSeconds(0.6), line.Book(Now + TimeSpan.FromSeconds(0.6), 1_000));
        // After a silence nothing has been saved up.
        var later = Now + TimeSpan.FromSeconds(9);
        Assert.InRange(line.Book(later, 1_000), later - Lateness, later);
    }

    [Fact]
    public void Charge_WhatGoesAtOnce_DelaysTheNextByItsTimeAndByASecondAtMost()
    {
        var line = new SendRateBound { BytesPerSecond = 10_000 };
        line.Charge(Now, 2_000);
        Assert.InRange((line.DueAt(line.Book(Now, 1), 0) - Now).TotalSeconds, 0.2 - Lateness.TotalSeconds, 0.2);
        for (int i = 0; i < 100; i++)
            line.Charge(Now, 1_000);
        Assert.InRange((line.DueAt(line.Book(Now, 1), 0) - Now).TotalSeconds, 0.9, 1.1);
    }

    [Fact]
    public void DueAt_SomethingGoesAfterTheBooking_IsLaterByItsTimeForWhatHasNotGone()
    {
        var line = new SendRateBound { BytesPerSecond = 10_000 };
        line.Book(Now, 20_000);
        var turn = line.Book(Now, 5_000);
        var dueAt = line.DueAt(turn, 0);
        line.Charge(Now + TimeSpan.FromSeconds(1), 1_000);
        Assert.Equal(dueAt + TimeSpan.FromSeconds(0.1), line.DueAt(turn, 0));
        Assert.Equal(dueAt + TimeSpan.FromSeconds(0.3), line.DueAt(turn, 2_000));
    }

    [Fact]
    public void Charge_MoreThanTheLineCarries_LeavesAQuarterToWhatIsBooked()
    {
        var line = new SendRateBound { BytesPerSecond = 10_000 };
        var turn = line.Book(Now, 100_000);
        for (int i = 1; i <= 1000; i++)
            line.Charge(Now + TimeSpan.FromSeconds(i * 0.1), 2_000);
        Assert.InRange((line.DueAt(turn, 25_000) - Now).TotalSeconds, 75, 102);
    }

    // Two turns of 16 KiB lie before it, and a short message waits for neither.
    [Fact]
    public void TrySend_ShortMessageWhileALongOneWaitsForItsTurn_GoesFirst()
    {
        var options = new SctpOptions { SendRateBound = new SendRateBound { BytesPerSecond = 50_000 } };
        var pair = SctpPair.Connected(options: options);
        pair.Run(0.5);
        options.SendRateBound.Book(pair.Now, 25_000);
        Assert.True(pair.A.TrySend(pair.Now, 1, 53, new byte[16_384], default));
        Assert.True(pair.A.TrySend(pair.Now, 2, 53, new byte[40], default));
        var sentAt = pair.Now;
        pair.RunUntil(() => pair.AtB.Messages.Count == 1);
        Assert.Equal(40, pair.AtB.Messages[0].Bytes.Length);
        Assert.InRange((pair.Now - sentAt).TotalMilliseconds, 0, 30);
        pair.RunUntil(() => pair.AtB.Messages.Count == 2);
        Assert.InRange((pair.Now - sentAt).TotalSeconds, 0.75, 1);
        Assert.Equal(0, pair.A.Sender!.Retransmissions);
    }
}
