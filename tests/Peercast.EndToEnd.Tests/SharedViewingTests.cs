using Peercast.Player.Session;
using Peercast.WebRtc;

namespace Peercast.EndToEnd.Tests;

/// <summary>
/// Real origin, real ffmpeg, real viewers over real data channels on the loopback. Whether playback ever stands still depends
/// on what else the machine does: that is for <c>bench</c> to tell. That nothing is lost or damaged, and where it comes from, does not.
/// </summary>
public sealed class SharedViewingTests
{
    [Fact]
    public async Task Viewers_OfOneChannel_TakeMostFromEachOtherWhole()
    {
        await using RunningOrigin origin = await RunningOrigin.StartDemoAsync();
        await using var audience = new Audience(origin.WatchLink("demo"));
        CollectingOutput[] outputs = [.. Enumerable.Range(0, 5).Select(_ => audience.Add().Output)];

        await Audience.UntilAsync(() => outputs.All(output => output.Chunks > 100), TimeSpan.FromSeconds(60), "20 s of media at each of 5 viewers");

        Assert.All(outputs, output => Assert.Empty(output.Faults));
        Assert.Equal(0, audience.Sum(s => s.CorruptChunks));
        (long neighbors, long fromOrigin) = (audience.Sum(s => s.NeighborBytes), audience.Sum(s => s.OriginBytes));
        Assert.True(neighbors > fromOrigin, $"most media comes from neighbors: {neighbors} bytes, and {fromOrigin} from the origin");
    }

    [Fact]
    public async Task Polluter_SendsDamagedMedia_IsBannedAndNothingOfItIsPlayed()
    {
        await using RunningOrigin origin = await RunningOrigin.StartDemoAsync();
        await using var audience = new Audience(origin.WatchLink("demo"));
        CorruptingConnections? polluter = null;
        (ViewerSession Session, CollectingOutput Output) bad = audience.Add(
            environment => polluter = new CorruptingConnections(WebRtcConnections.Create(environment)));
        await Audience.UntilAsync(() => bad.Output.Chunks > 10, TimeSpan.FromSeconds(30), "the polluter itself plays");
        (ViewerSession Session, CollectingOutput Output)[] good = [.. Enumerable.Range(0, 3).Select(_ => audience.Add())];

        await Audience.UntilAsync(
            () => good.All(viewer => viewer.Output.Chunks > 60) && good.Any(viewer => viewer.Session.GetStatistics()!.Banned > 0),
            TimeSpan.FromSeconds(60),
            "the others play on and one of them has banned the polluter");

        Assert.True(polluter!.Damaged > 0);
        Assert.All(good, viewer => Assert.Empty(viewer.Output.Faults));
        Assert.All(good, viewer => Assert.InRange(viewer.Session.GetStatistics()!.CorruptChunks, 0, 1));
        Assert.All(good, viewer => Assert.Equal(viewer.Session.GetStatistics()!.CorruptChunks, viewer.Session.GetStatistics()!.Banned));
    }

    [Fact]
    public async Task TrackerLost_NeighborsStayAndGoOnSharing()
    {
        await using RunningOrigin origin = await RunningOrigin.StartDemoAsync();
        await using var audience = new Audience(origin.WatchLink("demo"));
        (ViewerSession Session, CollectingOutput Output)[] viewers = [.. Enumerable.Range(0, 4).Select(_ => audience.Add())];
        await Audience.UntilAsync(
            () => viewers.All(viewer => viewer.Session.GetStatistics() is { Neighbors: >= 3 }), TimeSpan.FromSeconds(30), "everybody is everybody's neighbor");

        Array.ForEach(viewers, viewer => viewer.Session.DropTracker(forGood: true));
        long[] chunks = [.. viewers.Select(viewer => viewer.Output.Chunks)];
        (long neighbors, long fromOrigin) = (audience.Sum(s => s.NeighborBytes), audience.Sum(s => s.OriginBytes));
        await Audience.UntilAsync(
            () => viewers.Select((viewer, i) => viewer.Output.Chunks - chunks[i]).All(more => more > 40), TimeSpan.FromSeconds(30), "8 s more at each");

        Assert.All(viewers, viewer => Assert.False(viewer.Session.Snapshot.TrackerConnected));
        Assert.All(viewers, viewer => Assert.Empty(viewer.Output.Faults));
        (neighbors, fromOrigin) = (audience.Sum(s => s.NeighborBytes) - neighbors, audience.Sum(s => s.OriginBytes) - fromOrigin);
        Assert.True(neighbors > fromOrigin, $"without the tracker most comes from neighbors: {neighbors} bytes, and {fromOrigin} from the origin");
    }
}
