using System.Collections.Concurrent;
using Peercast.WebRtc.Driver;

namespace Peercast.WebRtc.Tests.Driver;

public sealed class DeadlineThreadTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public void Schedule_InAnyOrder_CallsInTheOrderOfTime()
    {
        var clock = new DriverClock();
        using var thread = new DeadlineThread(clock);
        using var called = new BlockingCollection<string>();
        TimeSpan now = clock.Now;

        // The thread is held until all are there, however slow the machine is.
        using var isComplete = new ManualResetEventSlim();
        thread.Schedule(new Target(() => isComplete.Wait(Patience)), now);
        thread.Schedule(new Target("third", called), now + TimeSpan.FromMilliseconds(60));
        thread.Schedule(new Target("first", called), now);
        thread.Schedule(new Target("second", called), now + TimeSpan.FromMilliseconds(30));
        isComplete.Set();
        foreach (string expected in (string[])["first", "second", "third"])
        {
            Assert.True(called.TryTake(out string? name, Patience));
            Assert.Equal(expected, name);
        }

        Assert.True(clock.Now - now >= TimeSpan.FromMilliseconds(60));
    }

    [Fact]
    public void Move_OfADeadlineToLater_CallsOnceAndThen()
    {
        var clock = new DriverClock();
        using var thread = new DeadlineThread(clock);
        using var called = new BlockingCollection<string>();
        TimeSpan now = clock.Now;
        using var isComplete = new ManualResetEventSlim();
        thread.Schedule(new Target(() => isComplete.Wait(Patience)), now);
        var moved = new DeadlineEntry(new Target("moved", called));
        thread.Move(moved, now);
        thread.Schedule(new Target("other", called), now + TimeSpan.FromMilliseconds(10));
        thread.Schedule(new Target("last", called), now + TimeSpan.FromMilliseconds(80));
        thread.Move(moved, now + TimeSpan.FromMilliseconds(40));
        isComplete.Set();
        foreach (string expected in (string[])["other", "moved", "last"])
        {
            Assert.True(called.TryTake(out string? name, Patience));
            Assert.Equal(expected, name);
        }
    }

    [Fact]
    public void RoundUp_AnyDeadline_IsNeverEarlyNorLaterThanByAnEighth()
    {
        var random = new Random(17);
        for (int i = 0; i < 10_000; i++)
        {
            TimeSpan now = TimeSpan.FromTicks(random.NextInt64(TimeSpan.TicksPerDay));
            TimeSpan wait = TimeSpan.FromTicks(random.NextInt64(1L << random.Next(1, 40)));
            TimeSpan due = DeadlineThread.RoundUp(now + wait, now);
            Assert.InRange(due - now, wait, wait + (wait / 8));
        }
    }

    [Fact]
    public void RoundUp_DeadlinesOfManyConnections_FallTogether()
    {
        // Consent checks of a thousand connections, spread over two seconds around the fifth from now.
        IEnumerable<TimeSpan> due = Enumerable.Range(0, 1000)
            .Select(i => DeadlineThread.RoundUp(TimeSpan.FromMilliseconds(4000 + (2 * i)), TimeSpan.Zero));
        Assert.InRange(due.Distinct().Count(), 2, 8);
    }

    [Fact]
    public void Dispose_WithDeadlinesAhead_EndsAtOnceAndCallsNobody()
    {
        var clock = new DriverClock();
        var thread = new DeadlineThread(clock);
        using var called = new BlockingCollection<string>();
        thread.Schedule(new Target("never", called), clock.Now + TimeSpan.FromHours(1));
        thread.Dispose();
        thread.Dispose();
        thread.Schedule(new Target("never", called), clock.Now);
        Assert.Empty(called);
    }

    [Fact]
    public void Dispose_InsideATarget_DoesNotWaitForItself()
    {
        var clock = new DriverClock();
        var thread = new DeadlineThread(clock);
        using var disposed = new ManualResetEventSlim();
        thread.Schedule(
            new Target(() =>
            {
                thread.Dispose();
                disposed.Set();
            }),
            clock.Now);
        Assert.True(disposed.Wait(Patience));
    }

    private sealed class Target(Action called) : IDeadlineTarget
    {
        public Target(string name, BlockingCollection<string> called)
            : this(() => called.Add(name))
        {
        }

        public void DeadlineReached() => called();
    }
}
