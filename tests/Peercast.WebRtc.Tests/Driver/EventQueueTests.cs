using Peercast.WebRtc.Driver;

namespace Peercast.WebRtc.Tests.Driver;

public sealed class EventQueueTests
{
    [Fact]
    public void Drain_SeveralEvents_RaisesThemInOrder()
    {
        var queue = new EventQueue(100);
        var raised = new List<int>();
        for (int i = 0; i < 10; i++)
        {
            int number = i;
            queue.Post(() => raised.Add(number));
        }

        queue.Drain();

        Assert.Equal(Enumerable.Range(0, 10), raised);
        Assert.False(queue.NeedsRaiser);
    }

    [Fact]
    public void Drain_InsideAHandler_LeavesTheRestToTheOuterOne()
    {
        var queue = new EventQueue(100);
        var raised = new List<string>();
        queue.Post(() =>
        {
            queue.Post(() => raised.Add("posted inside"));
            queue.Drain();
            raised.Add("first ends");
        });
        queue.Drain();
        Assert.Equal(["first ends", "posted inside"], raised);
    }

    [Fact]
    public void Drain_FromManyThreads_RaisesOneAtATimeAndEachOnce()
    {
        const int Threads = 4;
        const int Events = 5_000;
        var queue = new EventQueue(1_000);
        int inside = 0;
        int overlaps = 0;
        int raised = 0;
        var threads = Enumerable.Range(0, Threads).Select(_ => new Thread(() =>
        {
            for (int i = 0; i < Events; i++)
            {
                queue.Post(
                    () =>
                    {
                        overlaps += Interlocked.Exchange(ref inside, 1);
                        raised++;
                        Volatile.Write(ref inside, 0);
                    },
                    weight: 10);
                queue.Drain();
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());

        Assert.Equal(0, overlaps);
        Assert.Equal(Threads * Events, raised);
        Assert.False(queue.NeedsRaiser);
    }

    [Fact]
    public void IsFull_WhileTheHandlerOfAHeavyEventRuns_AndNoLonger()
    {
        var queue = new EventQueue(100);
        bool fullInside = false;
        queue.Post(() => fullInside = queue.IsFull, weight: 60);
        Assert.False(queue.IsFull);
        queue.Post(() => { }, weight: 40);
        Assert.True(queue.IsFull);
        queue.Drain();
        Assert.True(fullInside);
        Assert.False(queue.IsFull);
    }

    [Fact]
    public void Drain_AfterAHandlerThrew_GoesOnWithTheNext()
    {
        var queue = new EventQueue(100);
        bool raised = false;
        queue.Post(() => throw new InvalidOperationException("A handler's bug."), weight: 200);
        queue.Post(() => raised = true);
        Assert.Throws<InvalidOperationException>(queue.Drain);
        queue.Drain();
        Assert.True(raised);
    }
}
