using Peercast.WebRtc.Sctp;
using Peercast.WebRtc.Sctp.Chunks;

namespace Peercast.WebRtc.Tests.Sctp;

public sealed class ReassemblyQueueTests
{
    private const uint InitialTsn = 0xFFFF_FFF0;
    private const int Begin = DataChunk.BeginFlag, End = DataChunk.EndFlag, Middle = 0;
    private readonly RecordingObserver _observer = new();
    private readonly ReassemblyQueue _queue;

    public ReassemblyQueueTests()
    {
        var options = new SctpOptions();
        _queue = new ReassemblyQueue(options, InitialTsn, new ReceiveWindow(options, new RtoEstimator(options)), _observer);
    }

    // RFC 3758, section 3.6: what was given up goes, what lies beyond stays and can still be completed. With few runs beyond all of
    // them are looked at, with many the TSNs that were given up.
    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    public void DropUpTo_RunsOnBothSides_DropsThoseThatBeganUpToIt(int runsBeyond)
    {
        for (int i = 0; i < runsBeyond; i++)
            Add(Begin, 1000 + (i * 3));
        Add(Begin, 0);
        Add(Middle, 1);
        Add(Middle, 3);
        Add(Begin, 5);
        Add(Middle, 6);
        Add(Middle, 7);
        Add(Middle, 8);
        Add(Middle, 10);
        Add(End, 11);

        // Two fragments arrived in order before, one came beyond a hole, and of four a part lies beyond.
        Drop(6);
        Assert.Equal(Cost(2) + (runsBeyond * Cost(1)), _queue.BufferedBytes);
        Add(Begin, 9);
        Assert.Equal([9, 10, 11], Assert.Single(_observer.Messages).Bytes);

        // What begins beyond the drop before the next one is gone with that.
        Add(Begin, 12);
        Drop(11);
        Assert.Equal(Cost(1) + (runsBeyond * Cost(1)), _queue.BufferedBytes);
        Drop(12);
        Assert.Equal(runsBeyond * Cost(1), _queue.BufferedBytes);

        for (int i = 0; i < runsBeyond; i++)
            Add(End, 1001 + (i * 3));
        Assert.Equal(1 + runsBeyond, _observer.Messages.Count);
        Assert.Equal(0, _queue.BufferedBytes);
    }

    // Whoever gives a message up without a TSN for its rest leaves a run that nothing continues.
    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    public void DropUpTo_RunThatAnotherMessageFollows_IsDroppedThoughItEndedLongBefore(int runsBeyond)
    {
        for (int i = 0; i < runsBeyond; i++)
            Add(Begin, 1000 + (i * 3));
        Drop(2);
        Add(Begin, 3);
        for (int tsn = 4; tsn < 20; tsn++)
            Add(Begin | End, tsn);
        Drop(20);
        Assert.Equal(runsBeyond * Cost(1), _queue.BufferedBytes);
    }

    [Fact]
    public void DropUpTo_OneTsnAfterTheOther_DropsOneRunAtATime()
    {
        const int Runs = 5_000;
        for (int i = 0; i < Runs; i++)
            Add(Begin, 2 * i);
        for (int tsn = 0; tsn < 2 * Runs; tsn++)
        {
            Drop(tsn);
            Assert.Equal((Runs - 1 - (tsn / 2)) * Cost(1), _queue.BufferedBytes);
        }

        Assert.Empty(_observer.Messages);
    }

    private static long Cost(int fragments) => fragments + PartialMessage.Overhead;

    private void Add(int flags, int tsn)
    {
        var chunk = new DataChunk((byte)(flags | DataChunk.UnorderedFlag), InitialTsn + (uint)tsn, 1, 0, 53, [(byte)tsn]);
        Assert.Equal(ReassemblyResult.Accepted, _queue.Add(chunk, isNextInOrder: false));
    }

    private void Drop(int tsn) => _queue.DropUpTo(InitialTsn + (uint)tsn);
}
