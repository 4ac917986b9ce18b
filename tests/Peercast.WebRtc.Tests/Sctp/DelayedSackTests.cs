using Peercast.WebRtc.Sctp;
using Peercast.WebRtc.Sctp.Chunks;

namespace Peercast.WebRtc.Tests.Sctp;

/// <summary>When SACKs go, and when they wait for company (RFC 9260, section 6.2; RFC 7053).</summary>
public sealed class DelayedSackTests
{
    private const byte ImmediateFlag = 8;

    [Fact]
    public void Receive_ShortMessageAlone_IsAcknowledgedWithin200Milliseconds()
    {
        var pair = Measured();
        Send(pair, pair.A, 100);
        Assert.False(LastData(pair.AToB).IsImmediate);
        pair.Run(0.15);
        Assert.Equal(0, Count(pair.BToA, ChunkType.Sack));
        pair.Run(0.05);
        Assert.Equal(1, Count(pair.BToA, ChunkType.Sack));
        pair.Run(1);
        Assert.Equal(0, pair.A.Sender!.Retransmissions);
        Assert.True(pair.A.Sender.IsIdle);
    }

    [Fact]
    public void Receive_BothSendShortMessages_SacksRideBeforeTheData()
    {
        var pair = Measured();
        for (int i = 0; i < 8; i++)
        {
            Send(pair, i % 2 == 0 ? pair.A : pair.B, 100);
            pair.Run(0.1);
        }

        var packets = pair.AToB.Sent.Concat(pair.BToA.Sent).Select(packet => VirtualLink.ChunksOf(packet).Select(chunk => (ChunkType)chunk.Type).ToArray()).ToArray();
        Assert.Equal(8, packets.Length);
        Assert.Equal(7, packets.Count(types => types is [ChunkType.Sack, ChunkType.Data]));
    }

    [Fact]
    public void Receive_ManyShortMessages_AreAcknowledgedByThePacketful()
    {
        var pair = Measured();
        for (int i = 0; i < 60; i++)
        {
            Send(pair, pair.A, 100);
            pair.Run(0.01);
        }

        Assert.InRange(Count(pair.BToA, ChunkType.Sack), 4, 7);
        Assert.Equal(0, pair.A.Sender!.Retransmissions);
    }

    [Fact]
    public void Receive_PeerSendsFullPackets_EverySecondOneIsAcknowledged()
    {
        var pair = Measured();
        Send(pair, pair.A, 40 * new SctpOptions().MaxFragment);
        pair.Run(2);
        Assert.InRange(Count(pair.BToA, ChunkType.Sack), 20, 26);
    }

    [Fact]
    public void Fill_BurstEnds_AsksForItsSackAtOnce()
    {
        var pair = Measured();
        Send(pair, pair.A, 3000);
        Assert.True(LastData(pair.AToB).IsImmediate);
        Assert.All(pair.AToB.Sent.SkipLast(1), packet => Assert.Equal(0, VirtualLink.ChunksOf(packet).First().Flags & ImmediateFlag));
    }

    // A wait of the peer's is not the path's: neither the time-out nor the model of the path may take it for that.
    [Fact]
    public void OnSack_OfAMessageThatMayWait_TellsNoRoundTrip()
    {
        var pair = Measured();
        var smoothed = pair.A.Sender!.Rto.Smoothed;
        Send(pair, pair.A, 100);
        pair.Run(0.5);
        Assert.True(pair.A.Sender.IsIdle);
        Assert.Equal(smoothed, pair.A.Sender.Rto.Smoothed);
    }

    [Fact]
    public void Fill_NoRoundTripMeasuredForTwoSeconds_AsksAgain()
    {
        var pair = Measured();
        pair.Run(2.1);
        Send(pair, pair.A, 100);
        Assert.True(LastData(pair.AToB).IsImmediate);
        Send(pair, pair.A, 100);
        Assert.False(LastData(pair.AToB).IsImmediate);
    }

    [Fact]
    public void Fill_PacketsWereLost_AsksForTenSeconds()
    {
        var pair = Measured();
        int dropped = 0;
        pair.AToB.Drop = packet => VirtualLink.Has(packet, (byte)ChunkType.Data) && ++dropped == 2;
        Send(pair, pair.A, 8000);
        pair.Run(9);
        pair.AToB.Drop = null;
        Send(pair, pair.A, 100);
        Send(pair, pair.A, 100);
        Assert.True(LastData(pair.AToB).IsImmediate);
        pair.Run(3);
        Send(pair, pair.A, 100);
        Send(pair, pair.A, 100);
        Assert.False(LastData(pair.AToB).IsImmediate);
    }

    // A full packet has no room for a SACK beside a full fragment sent again.
    [Fact]
    public void Fill_FullFragmentSentAgainWhileASackWaits_GoesWithoutIt()
    {
        var pair = Measured();
        uint lost = pair.A.Sender!.NextTsn;
        int dropped = 0;
        pair.AToB.Drop = packet => VirtualLink.Has(packet, (byte)ChunkType.Data) && ++dropped == 1;
        Send(pair, pair.A, 8 * new SctpOptions().MaxFragment);
        pair.RunUntil(() => pair.A.Sender.Retransmissions == 0 && pair.BToA.Sent.Count > 2);
        Send(pair, pair.B, 100);
        pair.RunUntil(() => pair.AtB.Messages.Count == 3);
        Assert.Equal(lost + 8, pair.A.Sender.NextTsn);
        Assert.Equal(1, pair.A.Sender.Retransmissions);
        Assert.Equal(0, pair.A.Sender.Timeouts);
    }

    // Both ends have sent and measured, and the links record what goes from now on.
    private static SctpPair Measured()
    {
        var pair = SctpPair.Connected();
        Send(pair, pair.A, 2000);
        Send(pair, pair.B, 2000);
        pair.Run(0.5);
        pair.AToB.KeepsSent = pair.BToA.KeepsSent = true;
        pair.AtB.Messages.Clear();
        pair.AtB.Messages.AddRange([(1, 53, []), (1, 53, [])]);
        return pair;
    }

    private static void Send(SctpPair pair, SctpAssociation from, int bytes)
    {
        Assert.True(from.TrySend(pair.Now, 1, 53, new byte[bytes], default));
        pair.Flush();
    }

    private static int Count(VirtualLink link, ChunkType type) => link.Sent.Count(packet => VirtualLink.Has(packet, (byte)type));

    private static (bool IsImmediate, int Length) LastData(VirtualLink link)
    {
        var chunk = VirtualLink.ChunksOf(link.Sent[^1]).Last(chunk => chunk.Type == (byte)ChunkType.Data);
        return ((chunk.Flags & ImmediateFlag) != 0, chunk.Value.Length);
    }
}
