using Peercast.Origin;
using Peercast.Player.Session;

namespace Peercast.EndToEnd.Tests;

/// <summary>A channel that has just begun: there is less of it than the viewers want to be behind.</summary>
public sealed class YoungChannelTests
{
    [Fact]
    public async Task Viewers_OfAChannelThatJustBegan_StayFarEnoughBehindToShare()
    {
        await using RunningOrigin origin = await RunningOrigin.StartAsync(options =>
            options.Channels["demo"] = new ChannelOptions { File = RepositoryFiles.Sample("h264-aac-720p.mp4"), Loop = true });
        await using var audience = new Audience(origin.WatchLink("demo"));
        (ViewerSession Session, CollectingOutput Output)[] viewers = [.. Enumerable.Range(0, 4).Select(_ => audience.Add())];

        await Audience.UntilAsync(() => viewers.All(viewer => viewer.Output.Chunks > 60), TimeSpan.FromSeconds(60), "12 s of media at each of 4 viewers");

        Assert.All(viewers, viewer => Assert.Empty(viewer.Output.Faults));
        Assert.All(viewers, viewer => Assert.True(viewer.Session.GetStatistics()!.LiveLatency > TimeSpan.FromSeconds(2.5)));
        Assert.True(audience.Sum(s => s.NeighborBytes) > audience.Sum(s => s.OriginFallbackBytes), "neighbors are in time");
    }
}
