using System.Buffers.Binary;
using Peercast.WebRtc.Sctp;
using Peercast.WebRtc.Sctp.Chunks;

namespace Peercast.WebRtc.Tests.Sctp;

public sealed class StreamResetTests
{
    [Fact]
    public void ResetOutgoingStream_UnderLoss_KeepsOrderAndReusesTheStream()
    {
        for (int seed = 1; seed <= 50; seed++)
        {
            var pair = SctpPair.Connected(seed);
            pair.AToB.Loss = pair.BToA.Loss = 0.1;
            pair.AToB.Reordering = 0.2;
            for (byte round = 0; round < 4; round++)
            {
                for (byte i = 0; i < 5; i++)
                    Assert.True(pair.A.TrySend(pair.Now, 7, 53, Filled(3000, (byte)((round * 10) + i)), default));
                pair.A.ResetOutgoingStream(pair.Now, 7);
                Assert.False(pair.A.TrySend(pair.Now, 7, 53, [1], default));
                Assert.True(pair.A.TrySend(pair.Now, 8, 53, [2], default));
                int resets = round + 1;
                pair.RunUntil(() => pair.AtA.OutgoingResets.Count == resets && pair.AtB.Resets.Count == resets);
                Assert.Equal(resets * 5, pair.AtB.Messages.Count(m => m.Stream == 7));
            }

            pair.Run(20);
            Assert.Equal([7, 7, 7, 7], pair.AtB.Resets);
            Assert.All(pair.AtA.OutgoingResets, reset => Assert.Equal(((ushort)7, true), reset));
            Assert.Equal(
                new byte[] { 0, 1, 2, 3, 4, 10, 11, 12, 13, 14, 20, 21, 22, 23, 24, 30, 31, 32, 33, 34 },
                pair.AtB.Messages.Where(m => m.Stream == 7).Select(m => m.Bytes[0]));
            Assert.Equal(4, pair.AtB.Messages.Count(m => m.Stream == 8));
        }
    }

    [Fact]
    public void ResetOutgoingStream_BeforeDataArrived_IsDeferredUntilItHas()
    {
        var pair = SctpPair.Connected();
        int dropped = 0;
        pair.AToB.Drop = packet => VirtualLink.Has(packet, 0) && ++dropped == 1;
        Assert.True(pair.A.TrySend(pair.Now, 1, 53, [9], default));
        pair.Flush();
        pair.A.ResetOutgoingStream(pair.Now, 1);
        pair.Run(0.03);
        Assert.Empty(pair.AtB.Resets);
        Assert.Empty(pair.AtB.Messages);
        pair.Run(0.5);
        Assert.Single(pair.AtB.Messages);
        Assert.Single(pair.AtB.Resets);
        Assert.Equal([((ushort)1, true)], pair.AtA.OutgoingResets);
    }

    [Fact]
    public void ResetOutgoingStream_ManyAtOnce_AllAreReset()
    {
        var pair = SctpPair.Connected();
        for (ushort id = 0; id < 1000; id++)
        {
            Assert.True(pair.A.TrySend(pair.Now, id, 53, [1], default));
            pair.A.ResetOutgoingStream(pair.Now, id);
        }

        pair.RunUntil(() => pair.AtA.OutgoingResets.Count == 1000, 10);
        Assert.Equal(Enumerable.Range(0, 1000).Select(id => (ushort)id), pair.AtB.Resets.Order());
    }

    // Such a peer waits for the data before the reset, and then takes the repetition for a duplicate of what it has answered.
    [Fact]
    public void ResetOutgoingStream_PeerRepeatsInProgressForANumberItKnows_IsAskedAnewOnceTheDataHasArrived()
    {
        var pair = SctpPair.Connected();
        var peer = new RawPeer(pair, towardsA: true);
        uint first = pair.A.Sender!.NextTsn;
        Assert.True(pair.A.TrySend(pair.Now, 1, 53, [1], default));
        pair.A.ResetOutgoingStream(pair.Now, 1);
        // A window of zero keeps the association alive without the data.
        var before = Ask(pair, peer, 150, _ => ReconfigResult.InProgress, () => peer.SendSack(first - 1, window: 0, []));
        Assert.InRange(before.Count, new SctpOptions().MaxRetransmissions + 2, int.MaxValue);
        Assert.Single(before.Distinct());
        Assert.Empty(pair.AtA.OutgoingResets);

        peer.SendSack(first, window: 100_000, []);
        var after = Ask(pair, peer, 30, number => number == before[0] ? ReconfigResult.InProgress : ReconfigResult.Performed);
        Assert.Equal([before[0], before[0] + 1], after);
        Assert.Equal([((ushort)1, true)], pair.AtA.OutgoingResets);

        pair.A.ResetOutgoingStream(pair.Now, 2);
        Assert.Equal([before[0] + 2], Ask(pair, peer, 5, _ => ReconfigResult.Performed));
        Assert.Empty(pair.AtA.Closed);
    }

    // RFC 6525, section 5.2.7: the repetition has the number of the request. A new one would reset twice what was reset.
    [Fact]
    public void ResetOutgoingStream_PeerPerformsItAfterInProgress_IsRepeatedWithTheSameNumber()
    {
        var pair = SctpPair.Connected();
        var peer = new RawPeer(pair, towardsA: true);
        uint first = pair.A.Sender!.NextTsn;
        Assert.True(pair.A.TrySend(pair.Now, 1, 53, [1], default));
        pair.A.ResetOutgoingStream(pair.Now, 1);
        Assert.Single(Ask(pair, peer, 0.1, _ => ReconfigResult.InProgress));
        // The answer that follows the data is lost; the SACK is not.
        peer.SendSack(first, window: 100_000, []);
        Assert.Single(Ask(pair, peer, 5, _ => ReconfigResult.Performed).Distinct());
        Assert.Equal([((ushort)1, true)], pair.AtA.OutgoingResets);
    }

    // With a fixed interval ten requests were lost within three seconds, and the association was given up.
    [Fact]
    public void ResetOutgoingStream_DuringAnOutage_IsRepeatedEverMoreRarelyAndSucceedsAfterIt()
    {
        var pair = SctpPair.Connected();
        pair.Run(1);
        pair.AToB.KeepsSent = true;
        pair.AToB.Drop = pair.BToA.Drop = _ => true;
        pair.A.ResetOutgoingStream(pair.Now, 1);
        pair.Run(30);
        Assert.InRange(pair.AToB.Sent.Count(packet => VirtualLink.Has(packet, (byte)ChunkType.Reconfig)), 5, 9);
        Assert.Equal(SctpState.Established, pair.A.State);

        pair.AToB.Drop = pair.BToA.Drop = null;
        pair.RunUntil(() => pair.AtA.OutgoingResets.Count == 1, seconds: 11);
        Assert.Equal([((ushort)1, true)], pair.AtA.OutgoingResets);
    }

    [Fact]
    public void ResetOutgoingStream_NobodyAnswersAnyMore_EndsTheAssociation()
    {
        var pair = SctpPair.Connected();
        pair.Run(1);
        pair.AToB.Drop = pair.BToA.Drop = _ => true;
        pair.A.ResetOutgoingStream(pair.Now, 1);
        pair.Run(120);
        Assert.Equal(SctpCloseReason.PeerUnreachable, Assert.Single(pair.AtA.Closed).Reason);
    }

    /// <summary>Lets A alone run, and answers its requests.</summary>
    /// <returns>The numbers of the requests.</returns>
    private static List<uint> Ask(SctpPair pair, RawPeer peer, double seconds, Func<uint, ReconfigResult> answer, Action? before = null)
    {
        var numbers = new List<uint>();
        var end = pair.Now + TimeSpan.FromSeconds(seconds);
        for (; pair.Now < end; pair.Now += TimeSpan.FromMilliseconds(20))
        {
            before?.Invoke();
            pair.A.Tick(pair.Now);
            foreach (var chunk in peer.Answers().SelectMany(VirtualLink.ChunksOf).Where(chunk => chunk.Type == (byte)ChunkType.Reconfig))
            {
                numbers.Add(BinaryPrimitives.ReadUInt32BigEndian(chunk.Value.AsSpan(4)));
                peer.SendChunk(ReconfigChunk.EncodeResponse(numbers[^1], answer(numbers[^1])));
            }
        }

        return numbers;
    }

    private static byte[] Filled(int length, byte value)
    {
        var bytes = new byte[length];
        bytes.AsSpan().Fill(value);
        return bytes;
    }
}
