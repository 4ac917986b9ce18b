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
        (long started, TimeSpan keptBefore) = (Stopwatch.GetTimestamp(), KeptFrom.Read(watch.Id));
        await Task.Delay(TimeSpan.FromSeconds(6));
        int second = await OtherNumberAsync(screen, window, first);
        double elapsed = Stopwatch.GetElapsedTime(started).TotalSeconds;
        double kept = (KeptFrom.Read(watch.Id) - keptBefore).TotalSeconds;
        figures.WriteLine($"{elapsed:F1} s, of which the machine kept {kept:F1} s from it");

        // What it could not do in time it skips: the picture may stand still that long, and then jump as far.
        int advanced = (second - first + LoopFrames) % LoopFrames;
        Assert.InRange(
            advanced,
            0.5 * Math.Max(0, elapsed - kept) * FramesPerSecond,
            (((1.5 * elapsed) + kept) * FramesPerSecond) + FramesPerSecond);

        await screen.PressAsync(window, "q");
        Assert.Equal(0, await watch.EndAsync(Limit));
        Assert.Equal([], watch.Errors);
        Match summary = watch.Output.Select(line => Summary().Match(line)).Single(match => match.Success);
        figures.WriteLine(summary.Value);
        Assert.InRange(
            int.Parse(summary.Groups["displayed"].Value, CultureInfo.InvariantCulture), Math.Max(2, 60 - (kept * FramesPerSecond)), int.MaxValue);

        // None on a machine that keeps up.
        double lost = double.Parse(summary.Groups["lost"].Value, CultureInfo.InvariantCulture);
        Assert.True(lost < 15 + (100 * kept / elapsed), $"{summary.Value}, and the machine kept {kept} s of {elapsed} s from it");
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

    /// <summary>Waits until the window shows another frame than one.</summary>
    private static async Task<int> OtherNumberAsync(VirtualScreen screen, string window, int than)
    {
        for (long started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < Limit; await Task.Delay(200))
        {
            if ((await screen.CaptureAsync(window)).ReadFrameNumber() is { } number && number != than)
            {
                return number;
            }
        }

        Assert.Fail($"The picture has stood still for {Limit.TotalSeconds} s.");
        throw new UnreachableException();
    }

    [GeneratedRegex(@"Pictures: (?<displayed>\d+) displayed, \d+ lost \((?<lost>[\d.]+) ?%\)")]
    private static partial Regex Summary();
}
