using Peercast.Simulation.Kernel;

namespace Peercast.Simulation.Tests.Kernel;

public sealed class EventQueueTests
{
    [Fact]
    public void Dequeue_ManyAtRandomTimes_ComeInOrderAndThoseOfOneTimeAsPutIn()
    {
        var queue = new EventQueue();
        var random = new Random(1);
        var expected = new List<(long At, int Number)>();
        for (int i = 0; i < 5000; i++)
        {
            long at = random.Next(200);
            queue.Enqueue(new TimeSpan(at), 0, new SimEvent(EventKind.Sample, i));
            expected.Add((at, i));
        }

        expected.Sort();
        foreach ((long at, int number) in expected)
        {
            Assert.Equal(new TimeSpan(at), queue.NextAt);
            Assert.Equal(number, queue.Dequeue().Number);
        }

        Assert.Equal(TimeSpan.MaxValue, queue.NextAt);
    }

    [Fact]
    public void Dequeue_SameTime_ComeByTheirOrderHoweverPutIn()
    {
        var queue = new EventQueue();
        foreach (int order in new[] { 3, 1, 2, 1 })
        {
            queue.Enqueue(TimeSpan.FromSeconds(1), order, new SimEvent(EventKind.Sample, order));
        }

        Assert.Equal([1, 1, 2, 3], Enumerable.Range(0, 4).Select(_ => queue.Dequeue().Number));
    }

    [Fact]
    public void Dequeue_PutInMeanwhile_SlotsAreUsedAgain()
    {
        var queue = new EventQueue();
        for (int i = 0; i < 1000; i++)
        {
            queue.Enqueue(new TimeSpan(i), 0, new SimEvent(EventKind.Sample, i));
            queue.Enqueue(new TimeSpan(i + 1), 0, new SimEvent(EventKind.Report, i));
            Assert.True(queue.Dequeue().Number <= i);
        }

        Assert.Equal(1000, queue.Count);
        queue.Clear();
        Assert.Equal(0, queue.Count);
    }
}
