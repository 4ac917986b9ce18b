using Peercast.WebRtc.Sctp;
using Peercast.WebRtc.Sctp.Chunks;

namespace Peercast.WebRtc.Tests.Sctp;

public sealed class ReceiveTrackerTests
{
    [Fact]
    public void Add_RandomOrderAcrossWraparound_MatchesASet()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            uint first = uint.MaxValue - 50;
            var tracker = new ReceiveTracker(first, 256);
            var arrived = new HashSet<uint>();
            for (int i = 0; i < 300; i++)
            {
                uint offset = (uint)random.Next(120), tsn = first + offset;
                if (random.Next(30) == 0)
                {
                    tracker.Forward(tsn);
                    for (uint k = 0; k <= offset; k++)
                        arrived.Add(k);
                }
                else
                {
                    Assert.Equal(arrived.Contains(offset) ? ArrivalKind.Duplicate : ArrivalKind.New, tracker.Classify(tsn));
                    if (arrived.Add(offset))
                        tracker.Add(tsn);
                }

                uint next = 0;
                while (arrived.Contains(next))
                    next++;
                Assert.Equal(first + next - 1, tracker.CumulativeTsn);
                var beyond = new List<uint>();
                foreach (var gap in tracker.Gaps)
                {
                    for (uint t = gap.First; t != gap.Last + 1; t++)
                        beyond.Add(t - first);
                }

                Assert.Equal(arrived.Where(k => k > next).Order(), beyond);
            }
        }
    }

    [Fact]
    public void Classify_BeyondTheBounds_RefusesNewGapsOnly()
    {
        var tracker = new ReceiveTracker(100, 3);
        foreach (uint tsn in new uint[] { 110, 120, 130 })
        {
            Assert.Equal(ArrivalKind.New, tracker.Classify(tsn));
            tracker.Add(tsn);
        }

        Assert.Equal(ArrivalKind.BeyondBounds, tracker.Classify(140));
        Assert.Equal(ArrivalKind.BeyondBounds, tracker.Classify(100_000));
        Assert.Equal(ArrivalKind.New, tracker.Classify(131));
        Assert.Equal(ArrivalKind.New, tracker.Classify(100));
        Assert.Equal([new TsnRange(110, 110), new TsnRange(120, 120), new TsnRange(130, 130)], tracker.Gaps.ToArray());
    }
}
