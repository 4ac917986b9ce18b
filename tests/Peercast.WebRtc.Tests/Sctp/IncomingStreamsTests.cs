using Peercast.WebRtc.Sctp;
using Peercast.WebRtc.Sctp.Chunks;

namespace Peercast.WebRtc.Tests.Sctp;

public sealed class IncomingStreamsTests
{
    private const ushort StreamId = 3;
    private readonly RecordingObserver _observer = new();
    private readonly IncomingStreams _streams;

    public IncomingStreamsTests() => _streams = new IncomingStreams(_observer);

    [Theory]
    [InlineData(0)]
    [InlineData(40_000)]
    [InlineData(65_535)]
    public void TryStore_DescendingAcrossTheWrap_AllAreDeliveredInOrder(int first)
    {
        const int Count = 20_000;
        AdvanceTo(first);
        for (int i = Count; i > 0; i--)
            Assert.True(_streams.TryStore(Message(first + i)));
        Assert.False(_streams.TryStore(Message(first + Count)));
        Assert.False(_streams.TryStore(Message(first - 1)));
        Assert.Equal(Count * Message(0).Cost, _streams.WaitingBytes);

        Assert.False(_streams.TryAdvance(StreamId, (ushort)(first + 1)));
        Assert.True(_streams.TryAdvance(StreamId, (ushort)first));
        _streams.DeliverWaiting(StreamId);

        Assert.Equal(Enumerable.Range(first + 1, Count), Delivered());
        Assert.Equal(0, _streams.WaitingBytes);
    }

    // RFC 3758, section 3.6: what is here is delivered, what is missing is not waited for.
    [Fact]
    public void SkipTo_WithHolesOnBothSides_DeliversWhatIsHereAndWhatFollows()
    {
        int first = 65_530;
        AdvanceTo(first);
        foreach (int index in new[] { 20, 3, 9, 12, 11, 5, 10 })
            Assert.True(_streams.TryStore(Message(first + index)));

        _streams.SkipTo(StreamId, (ushort)(first + 8));
        Assert.Equal([first + 3, first + 5, first + 9, first + 10, first + 11, first + 12], Delivered());
        Assert.Equal(Message(0).Cost, _streams.WaitingBytes);

        // Of long ago; it leads back to nothing.
        _streams.SkipTo(StreamId, (ushort)(first + 8));
        Assert.True(_streams.TryAdvance(StreamId, (ushort)(first + 13)));
        Assert.Equal(6, _observer.Messages.Count);
    }

    [Fact]
    public void SkipTo_AmongMessagesInRandomOrder_DeliversEachThatArrivedInTimeOnceAndInOrder()
    {
        for (int seed = 1; seed <= 20; seed++)
        {
            var random = new Random(seed);
            var observer = new RecordingObserver();
            var streams = new IncomingStreams(observer);
            var waiting = new HashSet<int>();
            var expected = new List<int>();
            int next = 0;
            void Expect(int upTo)
            {
                for (; next < upTo || waiting.Contains(next); next++)
                {
                    if (waiting.Remove(next))
                        expected.Add(next);
                }
            }

            while (next < 200_000)
            {
                int index = next + random.Next(40);
                if (random.Next(4) == 0)
                {
                    index += random.Next(50) == 0 ? 30_000 : 0;
                    streams.SkipTo(StreamId, (ushort)index);
                    Expect(index + 1);
                }
                else if (index == next)
                {
                    Assert.True(streams.TryAdvance(StreamId, (ushort)index));
                    Message(index).Deliver(observer);
                    streams.DeliverWaiting(StreamId);
                    waiting.Add(index);
                    Expect(index);
                }
                else
                    Assert.Equal(waiting.Add(index), streams.TryStore(Message(index)));

                Assert.Equal(waiting.Count * Message(0).Cost, streams.WaitingBytes);
            }

            Assert.Equal(expected, observer.Messages.Select(m => BitConverter.ToInt32(m.Bytes)));
        }
    }

    [Fact]
    public void Reset_WithMessagesWaiting_DropsThemAndBeginsAtZero()
    {
        AdvanceTo(70_000);
        Assert.True(_streams.TryStore(Message(70_005)));
        Assert.True(_streams.TryStore(Message(70_003)));
        _streams.Reset(StreamId);
        Assert.Equal(0, _streams.WaitingBytes);
        Assert.True(_streams.TryAdvance(StreamId, 0));
        _streams.DeliverWaiting(StreamId);
        Assert.Empty(_observer.Messages);
    }

    private void AdvanceTo(int index)
    {
        for (int i = 0; i < index; i++)
            Assert.True(_streams.TryAdvance(StreamId, (ushort)i));
    }

    private IEnumerable<int> Delivered() => _observer.Messages.Select(m => BitConverter.ToInt32(m.Bytes));

    private static PartialMessage Message(int index)
    {
        const int Whole = DataChunk.BeginFlag | DataChunk.EndFlag;
        return new PartialMessage(new DataChunk(Whole, (uint)index, StreamId, (ushort)index, 53, BitConverter.GetBytes(index)), 1000);
    }
}
