using System.Diagnostics;
using Peercast.Player.Session;

namespace Peercast.EndToEnd.Tests;

/// <summary>What fails while others watch.</summary>
[Collection(SharedOrigin.Tests)]
public sealed class FailureTests(SharedOrigin shared)
{
    [Fact]
    public async Task Ffmpeg_IsKilled_ViewersPlayOnPastTheDiscontinuity()
    {
        IReadOnlySet<int> others = ChildProcesses.Named("ffmpeg");
        await using RunningOrigin origin = await RunningOrigin.StartDemoAsync();
        await using var audience = new Audience(origin.WatchLink("demo"));
        CollectingOutput[] outputs = [.. Enumerable.Range(0, 3).Select(_ => audience.Add().Output)];
        await Audience.UntilAsync(() => outputs.All(output => output.Chunks > 10), TimeSpan.FromSeconds(60), "3 viewers play");

        using (Process ffmpeg = Process.GetProcessById(Assert.Single(ChildProcesses.Named("ffmpeg").Except(others))))
        {
            ffmpeg.Kill();
        }

        await Audience.UntilAsync(() => outputs.All(output => output.Discontinuities > 0), TimeSpan.FromSeconds(60), "the discontinuity at each viewer");
        long[] chunks = [.. outputs.Select(output => output.Chunks)];
        await Audience.UntilAsync(
            () => outputs.Select((output, i) => output.Chunks - chunks[i]).All(more => more > 20), TimeSpan.FromSeconds(60), "more at each");

        Assert.Equal(0, audience.Ended);
        Assert.All(outputs, output => Assert.Equal(1, output.Discontinuities));
        Assert.All(outputs, output => Assert.Empty(output.Faults));
    }

    [Fact]
    public async Task ThirdOfTheViewers_VanishesWithoutGoodbye_TheRestPlayOnWithoutThem()
    {
        await using var audience = new Audience(shared.Link);
        (ViewerSession Session, CollectingOutput Output)[] viewers = [.. Enumerable.Range(0, 4).Select(_ => audience.Add())];
        await using RunningProgram vanishing = RunningProgram.Player(["bench", shared.Link, "--peers", "2", "--seconds", "300"]);
        await Audience.UntilAsync(
            () => viewers.All(viewer => viewer.Session.GetStatistics() is { Neighbors: 5 }), TimeSpan.FromSeconds(60), "6 viewers are neighbors of each other");

        vanishing.Kill();
        long[] chunks = [.. viewers.Select(viewer => viewer.Output.Chunks)];
        await Audience.UntilAsync(
            () => viewers.All(viewer => viewer.Session.GetStatistics() is { Neighbors: 3 }), TimeSpan.FromSeconds(60), "they are noticed to be gone");
        await Audience.UntilAsync(
            () => viewers.Select((viewer, i) => viewer.Output.Chunks - chunks[i]).All(more => more > 50), TimeSpan.FromSeconds(60), "more at each");

        Assert.Equal(0, audience.Ended);
        Assert.All(viewers, viewer => Assert.Empty(viewer.Output.Faults));
    }
}
