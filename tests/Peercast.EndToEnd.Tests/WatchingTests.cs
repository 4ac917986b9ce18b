using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Xunit.Abstractions;

namespace Peercast.EndToEnd.Tests;

/// <summary><c>watch</c> on a screen in memory.</summary>
[Collection(SharedOrigin.Tests)]
public sealed partial class WatchingTests(SharedOrigin shared, ITestOutputHelper figures)
{
    private const int FramesPerSecond = 30;
    private const int LoopFrames = 600;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Watch_OnAScreen_ShowsTheVideoAdvancingAndQuitsByKey()
    {
        await using VirtualScreen screen = await VirtualScreen.StartAsync();
        await using RunningProgram watch = RunningProgram.Player(["watch", shared.Link], screen.Environment);
        (string window, int first) = await FirstNumberAsync(screen, watch);
        long started = Stopwatch.GetTimestamp();
        await Task.Delay(TimeSpan.FromSeconds(6));
        int? second = (await screen.CaptureAsync(window)).ReadFrameNumber();
        double elapsed = Stopwatch.GetElapsedTime(started).TotalSeconds;

        Assert.NotNull(second);
        int advanced = (second.Value - first + LoopFrames) % LoopFrames;
        Assert.InRange(advanced, 0.5 * elapsed * FramesPerSecond, (1.5 * elapsed * FramesPerSecond) + FramesPerSecond);

        await screen.PressAsync(window, "q");
        Assert.Equal(0, await watch.EndAsync(TimeSpan.FromSeconds(20)));
        Assert.Equal([], watch.Errors);
        Match summary = watch.Output.Select(line => Summary().Match(line)).Single(match => match.Success);
        figures.WriteLine(summary.Value);
        Assert.InRange(int.Parse(summary.Groups["displayed"].Value, CultureInfo.InvariantCulture), 60, int.MaxValue);

        // None on a machine that keeps up; half a second of a busy one is forgiven.
        Assert.True(double.Parse(summary.Groups["lost"].Value, CultureInfo.InvariantCulture) < 15, summary.Value);
    }

    /// <summary>Waits for the window and a frame number in it.</summary>
    private static async Task<(string Window, int Number)> FirstNumberAsync(VirtualScreen screen, RunningProgram watch)
    {
        for (long started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < Limit && watch.IsRunning; await Task.Delay(200))
        {
            if (await screen.FindWindowAsync() is { } window && (await screen.CaptureAsync(window)).ReadFrameNumber() is { } number)
            {
                return (window, number);
            }
        }

        Assert.Fail($"No picture within {Limit.TotalSeconds} s: {watch}");
        throw new UnreachableException();
    }

    [GeneratedRegex(@"Pictures: (?<displayed>\d+) displayed, \d+ lost \((?<lost>[\d.]+) ?%\)")]
    private static partial Regex Summary();
}
