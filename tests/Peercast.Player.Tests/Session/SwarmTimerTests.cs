using System.Collections.Concurrent;
using System.Diagnostics;
using Peercast.Player.Session;

namespace Peercast.Player.Tests.Session;

public sealed class SwarmTimerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly BlockingCollection<TimeSpan> _calls = [];

    private TimeSpan Now => Stopwatch.GetElapsedTime(_started);

    [Fact]
    public void Set_ToEarlierAndToLater_CallsOnceAtTheLastOfThem()
    {
        using var timer = new SwarmTimer(() => Now, () => _calls.Add(Now));
        timer.Set(TimeSpan.FromHours(1));
        timer.Set(Now + TimeSpan.FromMilliseconds(10));
        TimeSpan last = Now + TimeSpan.FromMilliseconds(60);
        timer.Set(last);
        Assert.True(_calls.TryTake(out TimeSpan called, Patience));
        Assert.True(called >= last || _calls.TryTake(out called, Patience), "not called again");

        // On a machine that stood still in between, the first deadline had come before the second was set.
        Assert.True(called >= last);
        timer.Set(TimeSpan.Zero);
        Assert.True(_calls.TryTake(out _, Patience));
        Assert.Empty(_calls);
    }

    [Fact]
    public void Dispose_WithADeadlineAhead_CallsNobody()
    {
        var timer = new SwarmTimer(() => Now, () => _calls.Add(Now));
        timer.Set(TimeSpan.FromHours(1));
        timer.Dispose();
        timer.Set(TimeSpan.Zero);
        Assert.Empty(_calls);
    }
}
