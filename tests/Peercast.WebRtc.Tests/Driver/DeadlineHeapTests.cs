using Peercast.WebRtc.Driver;

namespace Peercast.WebRtc.Tests.Driver;

public sealed class DeadlineHeapTests
{
    [Fact]
    public void Move_AtRandom_KeepsTheNextOneFirst()
    {
        var random = new Random(31);
        var heap = new DeadlineHeap();
        DeadlineEntry[] entries = [.. Enumerable.Range(0, 50).Select(_ => new DeadlineEntry(new Nobody()))];
        var expected = new Dictionary<DeadlineEntry, TimeSpan>();
        for (int i = 0; i < 20_000; i++)
        {
            if (random.Next(3) == 0 && heap.First is { } first)
            {
                heap.RemoveFirst();
                expected.Remove(first);
            }
            else
            {
                DeadlineEntry entry = entries[random.Next(entries.Length)];
                expected[entry] = TimeSpan.FromTicks(random.Next(1000));
                heap.Move(entry, expected[entry]);
            }

            Assert.Equal(expected.Count == 0 ? null : expected.Values.Min(), heap.First?.Due);
        }

        heap.Clear();
        Assert.Null(heap.First);
        heap.Move(entries[0], TimeSpan.Zero);
        Assert.Same(entries[0], heap.First);
    }

    private sealed class Nobody : IDeadlineTarget
    {
        public void DeadlineReached()
        {
        }
    }
}
