using Peercast.Protocol.Primitives;
using Peercast.Simulation.Engines.Reference;

namespace Peercast.Simulation.Tests.Engines;

public sealed class ReferenceMessageTests
{
    [Fact]
    public void ReadAnnounce_OfAnnounce_IsWhatWasSaidAndReplacesTheLast()
    {
        HashSet<long> loaded = [1], loading = [2];
        ReferenceMessage.ReadAnnounce(ReferenceMessage.Announce([700, 800, 705], [801]), loaded, loading);
        Assert.Equal([700, 705, 800], loaded.Order());
        Assert.Equal([801], loading);
        ReferenceMessage.ReadAnnounce(ReferenceMessage.Announce([], []), loaded, loading);
        Assert.Empty(loaded.Concat(loading));
    }

    [Fact]
    public void ReadRange_OfRequest_IsTheSame()
    {
        var range = new ChunkRange(new ChunkId(5_000_000_000), new ChunkId(5_000_000_009));
        byte[] message = ReferenceMessage.Request(77, range);
        Assert.Equal(range, ReferenceMessage.ReadRange(message));
        Assert.Equal(77u, ReferenceMessage.ReadRequest(message));
    }

    [Fact]
    public void LoadingRate_PausesBetweenLoads_DoNotCount()
    {
        var rate = new LoadingRate();
        for (int second = 0; second < 100; second += 10)
        {
            rate.Begin(TimeSpan.FromSeconds(second));
            rate.Add(TimeSpan.FromSeconds(second), 1000);
            rate.Add(TimeSpan.FromSeconds(second + 1), 1000);
            rate.End(TimeSpan.FromSeconds(second + 1));
        }

        Assert.InRange(rate.BitsPerSecond, 15_000, 18_000);
        rate.Clear();
        Assert.Equal(0, rate.BitsPerSecond);
    }
}
