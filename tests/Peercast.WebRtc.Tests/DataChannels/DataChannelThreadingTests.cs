using Peercast.Protocol.Transport;

namespace Peercast.WebRtc.Tests.DataChannels;

public sealed class DataChannelThreadingTests
{
    [Fact]
    public void RaiseEvents_EveryEvent_RunsWithoutTheLock()
    {
        var pair = new ChannelPair();
        var held = new List<bool>();
        void Note() => held.Add(pair.GateA.Lock.IsHeldByCurrentThread || pair.GateB.Lock.IsHeldByCurrentThread);
        pair.B.ChannelReceived += channel =>
        {
            Note();
            channel.Opened += Note;
            channel.Closed += Note;
            channel.MessageReceived += (message, _) =>
            {
                Note();
                Assert.True(channel.TrySend(message));
                channel.Close();
            };
        };
        IDataChannel local = pair.A.Create("x", new DataChannelOptions());
        local.Opened += Note;
        local.Closed += Note;
        local.BufferedAmountLow += Note;
        local.MessageReceived += (_, _) => Note();
        pair.Connect();
        Assert.True(local.TrySend([1, 2, 3]));
        pair.Run(2);
        Assert.Equal(DataChannelState.Closed, local.State);
        Assert.Equal(8, held.Count);
        Assert.DoesNotContain(true, held);
    }

    [Fact]
    public void OpenedAndClosed_OfAHandlerThatComesLate_AreRaisedForIt()
    {
        var pair = new ChannelPair();
        pair.A.Create("first", new DataChannelOptions());
        pair.Connect();
        IDataChannel channel = pair.A.Create("x", new DataChannelOptions());
        pair.Run(1);
        Assert.Equal(DataChannelState.Open, channel.State);
        int opened = 0, closed = 0;
        channel.Opened += () => opened++;
        channel.Closed += () => closed++;
        Assert.Equal((1, 0), (opened, closed));

        channel.Close();
        pair.Run(2);
        Assert.Equal((1, 1), (opened, closed));
        channel.Closed += () => closed++;
        Assert.Equal((1, 2), (opened, closed));
    }

    [Fact]
    public void TrySend_FromManyThreads_DeliversAll()
    {
        const int Threads = 4, Messages = 200;
        var pair = new ChannelPair();
        var channel = pair.A.Create("x", new DataChannelOptions());
        pair.Connect();
        int accepted = 0;
        var threads = Enumerable.Range(0, Threads).Select(index => new Thread(() =>
        {
            for (int i = 0; i < Messages; i++)
            {
                if (channel.TrySend([(byte)index, (byte)i]))
                    Interlocked.Increment(ref accepted);
            }
        })).ToArray();
        foreach (var thread in threads)
            thread.Start();
        foreach (var thread in threads)
            thread.Join();
        pair.Run(5);
        Assert.Equal(Threads * Messages, accepted);
        var got = Assert.Single(pair.ReceivedByB).Messages;
        Assert.Equal(accepted, got.Count);
        for (int index = 0; index < Threads; index++)
            Assert.Equal(Enumerable.Range(0, Messages).Select(i => (byte)i), got.Where(m => m.Bytes[0] == index).Select(m => m.Bytes[1]));
    }
}
