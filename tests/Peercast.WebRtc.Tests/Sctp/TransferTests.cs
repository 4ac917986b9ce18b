using System.Buffers.Binary;
using Peercast.WebRtc.Sctp;

namespace Peercast.WebRtc.Tests.Sctp;

public sealed class TransferTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void TrySend_LosslessLink_DeliversBothWays()
    {
        var pair = SctpPair.Connected();
        var message = new byte[256 * 1024];
        new Random(5).NextBytes(message);
        Assert.True(pair.A.TrySend(pair.Now, 3, 53, message, default));
        Assert.True(pair.B.TrySend(pair.Now, 4, 51, [1, 2, 3], default));
        pair.RunUntil(() => pair.AtA.Messages.Count == 1 && pair.AtB.Messages.Count == 1, 5);
        Assert.Equal((3, 53u), (pair.AtB.Messages[0].Stream, pair.AtB.Messages[0].Ppid));
        Assert.Equal(message, pair.AtB.Messages[0].Bytes);
        Assert.Equal((4, 51u), (pair.AtA.Messages[0].Stream, pair.AtA.Messages[0].Ppid));
        Assert.Equal([1, 2, 3], pair.AtA.Messages[0].Bytes);
        Assert.Equal(0, pair.A.BufferedAmount(3));
        pair.Run(1);
        Assert.True(pair.A.Sender!.IsIdle);
        Assert.Equal(0, pair.A.Sender!.Retransmissions);
        Assert.Equal(0, pair.B.Receiver!.BufferedBytes);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TrySend_LossBothWays_DeliversEachExactlyOnce(bool unordered)
    {
        for (int seed = 1; seed <= 20; seed++)
        {
            var pair = SctpPair.Connected(seed);
            pair.AToB.Loss = pair.BToA.Loss = 0.05;
            pair.AToB.Reordering = pair.BToA.Reordering = seed % 2 * 0.1;
            pair.AToB.Duplication = pair.BToA.Duplication = seed % 3 * 0.02;
            var random = new Random(seed);
            var sent = new List<byte[]>();
            for (int i = 0; i < 100; i++)
            {
                var message = new byte[4 + random.Next(i % 10 == 0 ? 60_000 : 3_000)];
                random.NextBytes(message);
                BinaryPrimitives.WriteInt32BigEndian(message, i);
                sent.Add(message);
                Assert.True(pair.A.TrySend(pair.Now, (ushort)(i % 3), 53, message, new SendOptions { Unordered = unordered }));
                Assert.True(pair.B.TrySend(pair.Now, (ushort)(i % 3), 53, message, new SendOptions { Unordered = unordered }));
            }

            pair.RunUntil(() => pair.AtB.Messages.Count >= sent.Count && pair.AtA.Messages.Count >= sent.Count);
            pair.Run(5);
            Verify(pair.AtB, sent, unordered);
            Verify(pair.AtA, sent, unordered);
            Assert.True(pair.A.Sender!.IsIdle && pair.B.Sender!.IsIdle);
            Assert.Equal(0, pair.A.Receiver!.BufferedBytes + pair.B.Receiver!.BufferedBytes);
        }
    }

    [Fact]
    public void Receive_SingleLossInBurst_RepairedByFastRetransmitWithoutTimeout()
    {
        for (uint victim = 0; victim < 60; victim++)
        {
            var pair = SctpPair.Connected();
            uint target = pair.A.Sender!.NextTsn + victim;
            int dropped = 0;
            pair.AToB.Drop = packet => dropped == 0 && CarriesTsn(packet, target) && ++dropped == 1;
            Assert.True(pair.A.TrySend(pair.Now, 1, 53, new byte[100_000], default));
            var begin = pair.Now;
            pair.RunUntil(() => pair.AtB.Messages.Count == 1, 5);
            Assert.Equal(1, dropped);
            Assert.Equal(0, pair.A.Sender!.Timeouts);
            Assert.Equal(1, pair.A.Sender!.Retransmissions);
            Assert.True(pair.Now - begin < Second / 4, $"took {pair.Now - begin}");
        }
    }

    [Fact]
    public void Receive_LastChunkLost_RepairedByProbeBeforeTimeout()
    {
        var pair = SctpPair.Connected();
        Assert.True(pair.A.TrySend(pair.Now, 1, 53, new byte[500], default));
        pair.RunUntil(() => pair.AtB.Messages.Count == 1 && pair.A.Sender!.IsIdle);
        int dropped = 0;
        pair.AToB.Drop = packet => VirtualLink.Has(packet, 0) && ++dropped == 1;
        var begin = pair.Now;
        Assert.True(pair.A.TrySend(pair.Now, 1, 53, new byte[500], default));
        pair.RunUntil(() => pair.AtB.Messages.Count == 2);
        Assert.Equal(0, pair.A.Sender!.Timeouts);
        // Its SACK had been free to wait.
        Assert.InRange((pair.Now - begin).TotalMilliseconds, 200, 260);
        pair.RunUntil(() => pair.A.Sender.IsIdle);

        // Where packets are lost, the next one asks for its SACK, and its loss is found sooner.
        dropped = 0;
        begin = pair.Now;
        Assert.True(pair.A.TrySend(pair.Now, 1, 53, new byte[500], default));
        pair.RunUntil(() => pair.AtB.Messages.Count == 3);
        Assert.Equal(0, pair.A.Sender!.Timeouts);
        Assert.InRange((pair.Now - begin).TotalMilliseconds, 20, 100);
    }

    private static bool CarriesTsn(byte[] packet, uint tsn) =>
        VirtualLink.ChunksOf(packet).Any(chunk => chunk.Type == 0 && BinaryPrimitives.ReadUInt32BigEndian(chunk.Value) == tsn);

    private static void Verify(RecordingObserver observer, List<byte[]> sent, bool unordered)
    {
        Assert.Equal(sent.Count, observer.Messages.Count);
        if (unordered)
        {
            var got = observer.Messages.Select(m => m.Bytes).OrderBy(m => BinaryPrimitives.ReadInt32BigEndian(m)).ToList();
            for (int i = 0; i < sent.Count; i++)
                Assert.Equal(sent[i], got[i]);
            return;
        }

        for (ushort stream = 0; stream < 3; stream++)
        {
            var expected = sent.Where((_, i) => i % 3 == stream).ToList();
            var got = observer.Messages.Where(m => m.Stream == stream).Select(m => m.Bytes).ToList();
            Assert.Equal(expected.Count, got.Count);
            for (int i = 0; i < expected.Count; i++)
                Assert.Equal(expected[i], got[i]);
        }
    }
}
