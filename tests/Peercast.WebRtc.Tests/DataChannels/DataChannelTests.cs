using Peercast.Protocol.Transport;
using Peercast.WebRtc.DataChannels;
using Peercast.WebRtc.Sctp;

namespace Peercast.WebRtc.Tests.DataChannels;

public sealed class DataChannelTests
{
    [Fact]
    public void Create_BeforeConnecting_OpensOnBothSidesWithTheSameOptions()
    {
        var pair = new ChannelPair();
        var options = new DataChannelOptions { Ordered = false, MaxRetransmits = 3, Protocol = "peercast" };
        var log = new ChannelLog(pair.A.Create("données", options));
        Assert.Equal(DataChannelState.Connecting, log.Channel.State);
        Assert.False(log.Channel.TrySend([1]));
        pair.Connect();
        Assert.Equal(["opened"], log.Events);
        var remote = Assert.Single(pair.ReceivedByB);
        Assert.Equal("données", remote.Channel.Label);
        Assert.Equal(options, ((DataChannel)remote.Channel).Options);
        Assert.Equal(["opened"], remote.Events);
        Assert.Equal((ushort)0, ((DataChannel)remote.Channel).StreamId);
    }

    [Fact]
    public void Create_FromBothSides_UsesEvenIdsForTheDtlsClientAndOddForTheServer()
    {
        var pair = new ChannelPair();
        pair.Connect();
        var ids = new[] { pair.A.Create("a", new()), pair.B.Create("b", new()), pair.A.Create("c", new()), pair.B.Create("d", new()) }
            .Select(channel => channel.StreamId);
        pair.Run(0.2);
        Assert.Equal([(ushort)0, 1, 2, 3], ids.Select(id => id!.Value));
        Assert.Equal(["a", "c"], pair.ReceivedByB.Select(log => log.Channel.Label));
        Assert.Equal(["b", "d"], pair.ReceivedByA.Select(log => log.Channel.Label));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void TrySend_Messages_ArriveWithTheirKind(bool ordered)
    {
        var pair = new ChannelPair();
        var channel = pair.A.Create("x", new DataChannelOptions { Ordered = ordered });
        pair.Connect();
        var big = new byte[256 * 1024];
        new Random(3).NextBytes(big);
        int wakes = pair.WakesOfA;
        Assert.True(channel.TrySend(big));
        Assert.True(channel.TrySend([]));
        Assert.Equal(wakes + 2, pair.WakesOfA);
        Assert.True(pair.AssociationA.TrySend(pair.Now, 0, 51, "text"u8, default));
        Assert.True(pair.AssociationA.TrySend(pair.Now, 0, 56, [0], default));
        pair.Run(2);
        var got = Assert.Single(pair.ReceivedByB).Messages.OrderByDescending(m => m.Bytes.Length).ThenBy(m => m.IsText).ToArray();
        Assert.Equal(4, got.Length);
        Assert.Equal(big, got[0].Bytes);
        Assert.Equal([false, true, false, true], got.Select(m => m.IsText));
        Assert.Equal([big.Length, 4, 0, 0], got.Select(m => m.Bytes.Length));
    }

    [Fact]
    public void TrySend_BeforeTheAck_KeepsUnorderedMessagesBehindTheOpen()
    {
        var pair = new ChannelPair();
        pair.Connect();
        int dropped = 0;
        pair.AToB.Drop = _ => dropped++ == 0;
        var channel = pair.A.Create("x", new DataChannelOptions { Ordered = false });
        pair.Run(0);
        Assert.Equal(1, dropped);
        Assert.True(channel.TrySend([7]));
        pair.Run(3);
        Assert.Equal([7], Assert.Single(Assert.Single(pair.ReceivedByB).Messages).Bytes);
    }

    [Fact]
    public void BufferedAmount_WhileSending_CountsWhatWasNotTransmittedAndRaisesLowOnce()
    {
        var pair = new ChannelPair();
        pair.AToB.Rate = 1_000_000;
        var log = new ChannelLog(pair.A.Create("x", new()));
        pair.Connect();
        Assert.Equal(0, log.Channel.BufferedAmount);
        log.Channel.BufferedAmountLowThreshold = 50_000;
        Assert.True(log.Channel.TrySend(new byte[200_000]));
        Assert.Equal(200_000, log.Channel.BufferedAmount);
        var packet = new byte[1200];
        Assert.True(pair.AssociationA.TryGetPacket(pair.Now, packet, out int length));
        Assert.Equal(200_000 - new SctpOptions().MaxFragment, log.Channel.BufferedAmount);
        pair.AToB.Send(pair.Now, packet.AsSpan(0, length));
        pair.Run(3);
        Assert.Equal(0, log.Channel.BufferedAmount);
        Assert.Equal(["opened", "low"], log.Events);
    }

    // On a long and fast path all that the buffer holds is in flight: the amount that waits has fallen long ago.
    [Fact]
    public void BufferedAmountLow_BufferFullOfWhatIsInFlight_IsRaisedWhenTheBufferHasRoom()
    {
        var pair = new ChannelPair(options: new SctpOptions { MaxSendBuffer = 1_000_000, MaxMessageSize = 64_000 });
        pair.AToB.Delay = TimeSpan.FromMilliseconds(100);
        var channel = pair.A.Create("x", new());
        channel.BufferedAmountLowThreshold = 128_000;
        int refused = 0;
        void Refill()
        {
            while (channel.BufferedAmount < 256_000)
            {
                if (!channel.TrySend(new byte[64_000]))
                {
                    refused++;
                    return;
                }
            }
        }

        channel.BufferedAmountLow += Refill;
        channel.Opened += Refill;
        pair.Connect();
        pair.Run(5);
        var received = Assert.Single(pair.ReceivedByB).Messages;
        int before = received.Count;
        pair.Run(1);
        Assert.NotEqual(0, refused);
        Assert.InRange(received.Count - before, 100, int.MaxValue);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Close_FromEitherSide_DeliversWhatWasQueuedAndEndsBoth(bool byOpener)
    {
        var pair = new ChannelPair();
        var log = new ChannelLog(pair.A.Create("x", new()));
        pair.Connect();
        var remote = Assert.Single(pair.ReceivedByB);
        var (closer, other) = byOpener ? (log, remote) : (remote, log);
        Assert.True(closer.Channel.TrySend(new byte[100_000]));
        closer.Channel.Close();
        Assert.Equal(DataChannelState.Closing, closer.Channel.State);
        Assert.False(closer.Channel.TrySend([1]));
        closer.Channel.Close();
        pair.Run(2);
        Assert.Single(other.Messages);
        Assert.Equal(["opened", "closed"], log.Events.Where(name => name != "low"));
        Assert.Equal(["opened", "closed"], remote.Events.Where(name => name != "low"));
        Assert.Equal(DataChannelState.Closed, other.Channel.State);
    }

    [Fact]
    public void Close_ThenCreate_ReusesTheIdUnderLoss()
    {
        for (int seed = 1; seed <= 20; seed++)
        {
            var pair = new ChannelPair(seed);
            pair.AToB.Loss = pair.BToA.Loss = 0.1;
            pair.Connect();
            pair.Run(20);
            for (int round = 0; round < 5; round++)
            {
                var log = new ChannelLog(pair.A.Create($"round {round}", new()));
                pair.Run(20);
                Assert.Equal((ushort)0, ((DataChannel)log.Channel).StreamId);
                var remote = pair.ReceivedByB[^1];
                Assert.Equal($"round {round}", remote.Channel.Label);
                Assert.True(log.Channel.TrySend([(byte)round]));
                Assert.True(remote.Channel.TrySend([(byte)(round + 100)]));
                pair.Run(20);
                Assert.Equal([(byte)round], Assert.Single(remote.Messages).Bytes);
                Assert.Equal([(byte)(round + 100)], Assert.Single(log.Messages).Bytes);
                log.Channel.Close();
                pair.Run(40);
                Assert.Equal(["opened", "closed"], log.Events.Where(name => name != "low"));
                Assert.Equal(["opened", "closed"], remote.Events.Where(name => name != "low"));
            }
        }
    }

    [Fact]
    public void Close_BeforeConnected_RaisesClosedAndNeverOpens()
    {
        var pair = new ChannelPair();
        var log = new ChannelLog(pair.A.Create("x", new()));
        log.Channel.Close();
        pair.Connect();
        Assert.Equal(["closed"], log.Events);
        Assert.Empty(pair.ReceivedByB);
    }

    [Fact]
    public void Abort_Association_ClosesChannelsOnBothSides()
    {
        var pair = new ChannelPair();
        var log = new ChannelLog(pair.A.Create("x", new()));
        pair.Connect();
        string? reason = null;
        pair.B.AssociationClosed += (why, detail) => reason = $"{why}: {detail}";
        pair.AssociationA.Abort(pair.Now, "enough");
        pair.Run(1);
        Assert.Equal(["opened", "closed"], log.Events.Where(name => name != "low"));
        Assert.Equal(["opened", "closed"], Assert.Single(pair.ReceivedByB).Events);
        Assert.Equal("RemoteAbort: the peer aborted, cause 12: enough", reason);
        Assert.Equal(DataChannelState.Closed, pair.A.Create("late", new()).State);
    }

    [Fact]
    public void Open_WithAnIdOfTheWrongParity_IsRefusedByReset()
    {
        var pair = new ChannelPair();
        pair.Connect();
        var open = new DcepMessage { Label = "x", Options = new() }.EncodeOpen();
        Assert.True(pair.AssociationA.TrySend(pair.Now, 5, 50, open, default));
        int reconfigs = 0;
        pair.BToA.Drop = packet => Sctp.VirtualLink.Has(packet, 130) && ++reconfigs < 0;
        pair.Run(1);
        Assert.Empty(pair.ReceivedByB);
        Assert.Equal(1, reconfigs);
    }

    [Fact]
    public void Open_MoreChannelsThanTheBound_AreRefused()
    {
        var pair = new ChannelPair();
        pair.Connect();
        var open = new DcepMessage { Label = "x", Options = new() }.EncodeOpen();
        for (int id = 0; id < 6000; id += 2)
            Assert.True(pair.AssociationA.TrySend(pair.Now, (ushort)id, 50, open, default));
        pair.Run(5);
        Assert.Equal(1024, pair.ReceivedByB.Count);
    }

    // The longest that webrtc-pc allows; the peer itself never closes them, so that they are held even when we do.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Open_MoreTextInLabelsThanTheBound_IsRefusedByResetUntilChannelsHaveClosed(bool closesAtOnce)
    {
        const int Fit = 1024 * 1024 / (2 * 65_535);
        var pair = new ChannelPair();
        pair.Connect();
        if (closesAtOnce)
            pair.B.ChannelReceived += channel => channel.Close();
        string text = new('x', 65_535);
        var open = new DcepMessage { Label = text, Options = new() { Protocol = text } }.EncodeOpen();
        void Open(int id)
        {
            Assert.True(pair.AssociationA.TrySend(pair.Now, (ushort)id, 50, open, default));
            pair.Run(0.5);
        }

        for (int id = 0; id < 40; id += 2)
            Open(id);
        Assert.Equal(Fit, pair.ReceivedByB.Count);
        Assert.All(pair.ReceivedByB, log => Assert.Equal(text, log.Channel.Label));

        // Short ones still find room until there is none at all, and so does a long one in the place of another.
        var shortOne = new DcepMessage { Label = "short", Options = new() }.EncodeOpen();
        Assert.True(pair.AssociationA.TrySend(pair.Now, 100, 50, shortOne, default));
        pair.Run(0.5);
        Assert.Equal("short", pair.ReceivedByB[Fit].Channel.Label);
        pair.AssociationA.ResetOutgoingStream(pair.Now, 0);
        pair.Run(0.5);
        Assert.Equal(["opened", "closed"], pair.ReceivedByB[0].Events);
        Open(200);
        Open(202);
        Assert.Equal(Fit + 2, pair.ReceivedByB.Count);
        Assert.Equal(SctpState.Established, pair.AssociationB.State);
    }

    [Fact]
    public void RaiseEvents_HandlerThatThrows_LosesNoOtherEvent()
    {
        var pair = new ChannelPair();
        var channel = pair.A.Create("x", new());
        pair.Connect();
        var remote = Assert.Single(pair.ReceivedByB);
        remote.Channel.MessageReceived += (message, _) =>
        {
            if (message[0] == 1)
                throw new InvalidOperationException("handler");
        };
        Assert.True(channel.TrySend([1]));
        Assert.True(channel.TrySend([2]));
        Assert.Throws<InvalidOperationException>(() => pair.Run(1));
        pair.Run(1);
        Assert.Equal([1, 2], remote.Messages.Select(m => m.Bytes[0]));
    }

    [Fact]
    public void Create_WithBothLimits_Throws()
    {
        var pair = new ChannelPair();
        Assert.Throws<ArgumentException>(() => pair.A.Create("x", new DataChannelOptions { MaxRetransmits = 1, MaxPacketLifeTime = 1 }));
        Assert.Throws<ArgumentException>(() => pair.A.Create(new string('x', 65_536), new DataChannelOptions()));
    }

    [Fact]
    public void TryParseOpen_RandomAndMutatedInput_NeverThrows()
    {
        var random = new Random(11);
        var valid = new DcepMessage { Label = "label", Options = new DataChannelOptions { Ordered = false, Protocol = "p" } }.EncodeOpen();
        int parsed = 0;
        for (int i = 0; i < 120_000; i++)
        {
            byte[] input = i % 2 == 0 ? new byte[random.Next(40)] : (byte[])valid.Clone();
            if (i % 2 == 0)
                random.NextBytes(input);
            else
            {
                for (int k = 0; k < 3; k++)
                    input[random.Next(input.Length)] = (byte)random.Next(256);
                input = input[..random.Next(input.Length + 1)];
            }

            if (DcepMessage.TryParseOpen(input, out var open))
            {
                parsed++;
                Assert.True(open!.Label.Length + open.Options.Protocol.Length <= input.Length);
            }
        }

        Assert.True(parsed > 0);
    }
}
