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

    // A message whose rest never comes, and no FORWARD TSN: what the cumulative TSN has left behind cannot become whole.
    [Fact]
    public void AdvanceTo_RunsOnBothSides_KeepsTheOneThatEndsThereAndThoseBeyond()
    {
        Add(Begin, 0);
        Add(Middle, 1);
        Add(Middle, 3);
        Add(Begin, 5);
        Add(Begin, 7);
        Add(Middle, 9);
        Add(Begin | End, 2);
        Advance(3);
        // Neither what has no end in sight nor what has no beginning behind it; the two runs at 5 and 7 stay, and that at 9.
        Assert.Equal(3 * Cost(1), _queue.BufferedBytes);

        Add(Middle, 4);
        Advance(5);
        Assert.Equal(3 * Cost(1), _queue.BufferedBytes);
        Add(Middle, 6);
        Advance(7);
        Assert.Equal(2 * Cost(1), _queue.BufferedBytes);
        Add(Middle, 8);
        Advance(9);
        Assert.Equal(Cost(3), _queue.BufferedBytes);
        Add(End, 10);
        Advance(10);
        Assert.Equal([7, 8, 9, 10], _observer.Messages[^1].Bytes);
        Assert.Equal(0, _queue.BufferedBytes);
    }

    // 2^32 chunks on, a TSN comes again.
    [Theory]
    [InlineData(Begin)]
    [InlineData(Middle)]
    [InlineData(End)]
    public void Add_TsnThatComesAgain_DoesNotMeetTheRunOfLastTime(int flags)
    {
        for (int round = 0; round < 2; round++)
        {
            Add(flags, 0);
            Advance(0);
            for (uint part = 1; part <= 4; part++)
                _queue.AdvanceTo(InitialTsn - 1 + (part << 30));
        }

        Assert.Equal(0, _queue.BufferedBytes);
        Assert.Empty(_observer.Messages);
    }

    // Around the end of the TSNs, with a third of the messages left unfinished, in any order that the packets may take.
    [Fact]
    public void OnData_MessagesLeftUnfinished_DeliversTheOthersAndKeepsNothing()
    {
        for (int seed = 1; seed <= 50; seed++)
        {
            var random = new Random(seed);
            var fragments = new List<(int Flags, int Place, byte Message)>();
            var whole = new List<byte>();
            for (byte message = 0; message < 100; message++)
            {
                int count = random.Next(1, 5), sent = message < 99 && random.Next(3) == 0 ? count - 1 : count;
                if (sent == count)
                    whole.Add(message);
                for (int i = 0; i < sent; i++)
                    fragments.Add(((i == 0 ? Begin : 0) | (i == count - 1 ? End : 0), fragments.Count + random.Next(20), message));
            }

            var observer = new RecordingObserver();
            var options = new SctpOptions();
            uint initialTsn = 0u - (uint)random.Next(fragments.Count);
            var receiver = new DataReceiver(options, Parameters(initialTsn), observer, new RtoEstimator(options));
            foreach (int i in Enumerable.Range(0, fragments.Count).OrderBy(i => fragments[i].Place))
            {
                byte flags = (byte)(fragments[i].Flags | DataChunk.UnorderedFlag);
                var chunk = new DataChunk(flags, initialTsn + (uint)i, 1, 0, 53, [fragments[i].Message]);
                Assert.Equal(ReassemblyResult.Accepted, receiver.OnData(chunk));
            }

            Assert.Equal(initialTsn + (uint)fragments.Count - 1, receiver.CumulativeTsn);
            Assert.Equal(whole, observer.Messages.Select(message => message.Bytes[0]).Order());
            Assert.Equal(0, receiver.BufferedBytes);
        }
    }

    private static AssociationParameters Parameters(uint peerInitialTsn) => new()
    {
        LocalTag = 1,
        PeerTag = 2,
        LocalInitialTsn = 0,
        PeerInitialTsn = peerInitialTsn,
        PeerWindow = 100_000,
        OutboundStreams = 16,
        InboundStreams = 16,
        PeerSupportsForwardTsn = true,
        PeerSupportsReconfig = true,
    };

    private static long Cost(int fragments) => fragments + PartialMessage.Overhead;

    private void Add(int flags, int tsn)
    {
        var chunk = new DataChunk((byte)(flags | DataChunk.UnorderedFlag), InitialTsn + (uint)tsn, 1, 0, 53, [(byte)tsn]);
        Assert.Equal(ReassemblyResult.Accepted, _queue.Add(chunk, isNextInOrder: false));
    }

    private void Advance(int tsn) => _queue.AdvanceTo(InitialTsn + (uint)tsn);

    private void Drop(int tsn) => _queue.DropUpTo(InitialTsn + (uint)tsn);
}
