using Peercast.WebRtc.Sctp;

namespace Peercast.WebRtc.Tests.Sctp;

public sealed class PathChangeTests
{
    [Theory]
    [InlineData(0.1)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    public void PathChanged_AfterAnOutage_WhatWasLostGoesOutWithinARoundTrip(double outage)
    {
        var pair = SctpPair.Connected();
        Send(pair, 20);
        pair.RunUntil(() => pair.AtB.Messages.Count == 20);
        pair.AToB.Drop = pair.BToA.Drop = _ => true;
        Send(pair, 20);
        pair.Run(outage);

        pair.AToB.Drop = pair.BToA.Drop = null;
        pair.A.PathChanged(pair.Now);
        pair.B.PathChanged(pair.Now);

        pair.RunUntil(() => pair.AtB.Messages.Count == 40, seconds: 0.2);
        pair.RunUntil(() => pair.A.Sender!.IsIdle, seconds: 0.2);
        Assert.Equal(0, pair.A.Sender!.ConsecutiveTimeouts);
    }

    [Fact]
    public void PathChanged_WithATimerThatHasBackedOff_ItBeginsAnew()
    {
        var pair = SctpPair.Connected();
        pair.AToB.Drop = pair.BToA.Drop = _ => true;
        Send(pair, 1);
        pair.Run(3);
        var backedOff = pair.A.Sender!.Rto.Rto;

        pair.A.PathChanged(pair.Now);

        Assert.True(backedOff > TimeSpan.FromSeconds(1));
        Assert.Equal(new SctpOptions().InitialRto, pair.A.Sender.Rto.Rto);
    }

    [Fact]
    public void PathChanged_WithAStreamResetUnderWay_ItIsRepeatedAtOnce()
    {
        var pair = SctpPair.Connected();
        pair.AToB.Drop = pair.BToA.Drop = _ => true;
        pair.A.ResetOutgoingStream(pair.Now, 1);
        pair.Run(8);

        pair.AToB.Drop = pair.BToA.Drop = null;
        pair.A.PathChanged(pair.Now);

        pair.RunUntil(() => pair.AtA.OutgoingResets.Count == 1, seconds: 0.2);
    }

    [Theory]
    [InlineData(CongestionControl.Model)]
    [InlineData(CongestionControl.Cubic)]
    [InlineData(CongestionControl.Background)]
    public void PathChanged_ToASlowerPath_NothingOfTheOldOneIsBelieved(CongestionControl control)
    {
        var pair = SctpPair.Connected(options: new SctpOptions { CongestionControl = control });
        int initial = pair.A.Sender!.Congestion.Window;
        Send(pair, 400);
        pair.RunUntil(() => pair.AtB.Messages.Count == 400 && pair.A.Sender.IsIdle);
        Assert.True(pair.A.Sender.Congestion.Window > initial);

        pair.A.PathChanged(pair.Now);

        Assert.Equal(initial, pair.A.Sender.Congestion.Window);
        Assert.Null(pair.A.Sender.Rto.Smoothed);
        Send(pair, 400);
        pair.RunUntil(() => pair.AtB.Messages.Count == 800 && pair.A.Sender.IsIdle);
    }

    [Fact]
    public void PathChanged_WhileAllArrives_NothingIsLostOrDoubled()
    {
        var pair = SctpPair.Connected();
        for (int i = 0; i < 50; i++)
        {
            Send(pair, 10);
            pair.Run(0.003);
            pair.A.PathChanged(pair.Now);
        }

        pair.RunUntil(() => pair.A.Sender!.IsIdle);
        Assert.Equal(500, pair.AtB.Messages.Count);
    }

    private static void Send(SctpPair pair, int messages)
    {
        for (int i = 0; i < messages; i++)
            Assert.True(pair.A.TrySend(pair.Now, 1, 53, new byte[1000], default));
    }
}
