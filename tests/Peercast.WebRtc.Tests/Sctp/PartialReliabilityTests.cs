using Peercast.WebRtc.Sctp;

namespace Peercast.WebRtc.Tests.Sctp;

public sealed class PartialReliabilityTests
{
    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 0)]
    [InlineData(true, 1)]
    [InlineData(false, 1)]
    public void TrySend_LimitedRetransmits_GivesUpAndGoesOn(bool unordered, int maxRetransmits)
    {
        for (int seed = 1; seed <= 20; seed++)
        {
            var pair = SctpPair.Connected(seed);
            pair.AToB.Loss = 0.2;
            pair.BToA.Loss = 0.05;
            var options = new SendOptions { Unordered = unordered, MaxRetransmits = (ushort)maxRetransmits };
            for (byte i = 0; i < 100; i++)
                Assert.True(pair.A.TrySend(pair.Now, (ushort)(i % 2), 53, Message(i), options));
            for (byte i = 100; i < 110; i++)
                Assert.True(pair.A.TrySend(pair.Now, (ushort)(i % 2), 53, Message(i), default));
            pair.RunUntil(() => pair.AtB.Messages.Count(m => m.Bytes[0] >= 100) == 10 && pair.A.Sender!.IsIdle);
            pair.Run(5);
            var got = pair.AtB.Messages.Select(m => m.Bytes[0]).ToArray();
            Assert.Equal(got.Distinct().Count(), got.Length);
            Assert.InRange(got.Length, 20, 109);
            foreach (var (stream, bytes) in pair.AtB.Messages.Select(m => (m.Stream, m.Bytes)))
                Assert.Equal(Message(bytes[0]), bytes);
            for (int stream = 0; stream < 2 && !unordered; stream++)
            {
                var ofStream = pair.AtB.Messages.Where(m => m.Stream == stream).Select(m => m.Bytes[0]).ToArray();
                Assert.Equal(ofStream.Order(), ofStream);
            }

            Assert.Equal(0, pair.B.Receiver!.BufferedBytes);
        }
    }

    [Fact]
    public void TrySend_LifetimeOver_CutsAMessageThatIsPartlySent()
    {
        var pair = SctpPair.Connected();
        pair.AToB.Rate = 100_000;
        Assert.True(pair.A.TrySend(pair.Now, 1, 53, new byte[200_000], new SendOptions { Lifetime = TimeSpan.FromMilliseconds(300) }));
        Assert.True(pair.A.TrySend(pair.Now, 1, 53, [42], default));
        pair.RunUntil(() => pair.AtB.Messages.Count == 1, 5);
        Assert.Equal([42], pair.AtB.Messages[0].Bytes);
        pair.Run(5);
        Assert.True(pair.A.Sender!.IsIdle);
        Assert.Equal(0, pair.B.Receiver!.BufferedBytes);
        Assert.Equal(0, pair.A.BufferedAmount(1));
    }

    [Fact]
    public void TrySend_LifetimeOverAfterEverySentFragmentArrived_StillCarriesThePeerOn()
    {
        var pair = SctpPair.Connected(optionsB: new SctpOptions { ReceiveBuffer = 12_000 });
        Assert.True(pair.A.TrySend(pair.Now, 1, 53, new byte[100_000], new SendOptions { Lifetime = TimeSpan.FromMilliseconds(100) }));
        Assert.True(pair.A.TrySend(pair.Now, 1, 53, [42], default));
        pair.RunUntil(() => pair.AtB.Messages.Count == 1, 30);
        Assert.Equal([42], pair.AtB.Messages[0].Bytes);
        Assert.Equal(0, pair.B.Receiver!.BufferedBytes);
    }

    [Fact]
    public void TrySend_NeverTransmittedInTime_LeavesNoTrace()
    {
        var pair = SctpPair.Connected();
        Assert.True(pair.A.TrySend(pair.Now, 1, 53, [1], new SendOptions { Lifetime = TimeSpan.FromMilliseconds(5) }));
        pair.Now += TimeSpan.FromMilliseconds(10);
        Assert.True(pair.A.TrySend(pair.Now, 1, 53, [2], default));
        pair.RunUntil(() => pair.AtB.Messages.Count == 1);
        Assert.Equal([2], pair.AtB.Messages[0].Bytes);
        Assert.Equal(0, pair.A.BufferedAmount(1));
    }

    private static byte[] Message(byte index)
    {
        var bytes = new byte[1 + (index * 37 % 4000)];
        bytes.AsSpan().Fill(index);
        return bytes;
    }
}
