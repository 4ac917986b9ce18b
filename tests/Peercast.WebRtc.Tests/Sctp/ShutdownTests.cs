using Peercast.WebRtc.Sctp;

namespace Peercast.WebRtc.Tests.Sctp;

public sealed class ShutdownTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Shutdown_UnderLoss_DeliversAllThenClosesBoth(bool fromBoth)
    {
        for (int seed = 1; seed <= 50; seed++)
        {
            var pair = SctpPair.Connected(seed);
            pair.AToB.Loss = pair.BToA.Loss = 0.1;
            Assert.True(pair.A.TrySend(pair.Now, 1, 53, new byte[50_000], default));
            Assert.True(pair.B.TrySend(pair.Now, 1, 53, new byte[50_000], default));
            pair.A.Shutdown(pair.Now);
            if (fromBoth)
                pair.B.Shutdown(pair.Now);
            Assert.False(pair.A.TrySend(pair.Now, 1, 53, [1], default));
            pair.RunUntil(() => pair.AtA.Closed.Count == 1 && pair.AtB.Closed.Count == 1, 300);
            Assert.Single(pair.AtA.Messages);
            Assert.Single(pair.AtB.Messages);
            Assert.Equal(SctpCloseReason.Shutdown, pair.AtA.Closed[0].Reason);
            Assert.Equal(SctpCloseReason.Shutdown, pair.AtB.Closed[0].Reason);
            Assert.Null(pair.A.NextDeadline);
        }
    }

    [Fact]
    public void Abort_TellsThePeerTheReason()
    {
        var pair = SctpPair.Connected();
        pair.A.Abort(pair.Now, "no more");
        pair.Run(1);
        Assert.Equal((SctpCloseReason.LocalAbort, "no more"), Assert.Single(pair.AtA.Closed));
        Assert.Equal((SctpCloseReason.RemoteAbort, "the peer aborted, cause 12: no more"), Assert.Single(pair.AtB.Closed));
        Assert.False(pair.A.TrySend(pair.Now, 1, 53, [1], default));
    }

    [Fact]
    public void Tick_PeerGone_ClosesAsUnreachableWithDataOutstanding()
    {
        var pair = SctpPair.Connected();
        pair.AToB.Loss = pair.BToA.Loss = 1;
        Assert.True(pair.A.TrySend(pair.Now, 1, 53, [1], default));
        pair.Run(200);
        Assert.Equal(SctpCloseReason.PeerUnreachable, Assert.Single(pair.AtA.Closed).Reason);
    }

    [Fact]
    public void Tick_IdlePeerGone_ClosesAsUnreachableByHeartbeat()
    {
        var pair = SctpPair.Connected();
        pair.Run(100);
        Assert.Empty(pair.AtA.Closed);
        Assert.InRange(pair.AToB.SentCount, 4, 20);
        pair.AToB.Loss = 1;
        pair.BToA.Loss = 1;
        pair.Run(200);
        Assert.Equal(SctpCloseReason.PeerUnreachable, Assert.Single(pair.AtA.Closed).Reason);
        Assert.Equal(SctpCloseReason.PeerUnreachable, Assert.Single(pair.AtB.Closed).Reason);
    }
}
