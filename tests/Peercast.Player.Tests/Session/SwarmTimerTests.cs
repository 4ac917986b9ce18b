using System.Collections.Concurrent;
using Peercast.Player.Session;

namespace Peercast.Player.Tests.Session;

public sealed class SwarmTimerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly BlockingCollection<TimeSpan> _calls = [];
    private long _now;
    private int _looks;

    [Fact]
    public void Set_ToEarlierAndToLater_CallsOnceAtTheLastOfThem()
    {
        using var timer = new SwarmTimer(Look, () => _calls.Add(TimeSpan.FromTicks(Volatile.Read(ref _now))));
        timer.Set(TimeSpan.FromHours(1));
        timer.Set(TimeSpan.FromMilliseconds(10));
        timer.Set(TimeSpan.FromMilliseconds(60));
        MoveTo(TimeSpan.FromMilliseconds(59));

        // Once before it waits, and once after: it has woken in the meantime.
        int before = Volatile.Read(ref _looks);
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref _looks) > before + 2, Patience), "It does not wake.");
        Assert.Empty(_calls);
        MoveTo(TimeSpan.FromMilliseconds(60));
        Assert.True(_calls.TryTake(out TimeSpan called, Patience));
        Assert.Equal(TimeSpan.FromMilliseconds(60), called);
        timer.Set(TimeSpan.Zero);
        Assert.True(_calls.TryTake(out _, Patience));
        Assert.Empty(_calls);
    }

    [Fact]
    public void Dispose_WithADeadlineAhead_CallsNobody()
    {
        var timer = new SwarmTimer(Look, () => _calls.Add(TimeSpan.Zero));
        timer.Set(TimeSpan.FromHours(1));
        timer.Dispose();
        timer.Set(TimeSpan.Zero);
        Assert.Empty(_calls);
    }

    private TimeSpan Look()
    {
        Interlocked.Increment(ref _looks);
        return TimeSpan.FromTicks(Volatile.Read(ref _now));
    }

    private void MoveTo(TimeSpan now) => Volatile.Write(ref _now, now.Ticks);
}
