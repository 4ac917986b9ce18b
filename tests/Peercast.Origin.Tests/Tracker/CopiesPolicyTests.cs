using Peercast.Origin.Tracker;
using Xunit;

namespace Peercast.Origin.Tests.Tracker;

public sealed class CopiesPolicyTests
{
    private const int ChunksPerWindow = 50;

    private readonly CopiesPolicy _policy = new();
    private TimeSpan _now = TimeSpan.FromSeconds(5);
    private long _chunks;
    private long _fallbacks;

    [Theory]
    [InlineData(1)]
    [InlineData(50)]
    [InlineData(10_000)]
    public void Update_NothingFetchedLate_StaysAtOneCopyForEveryAudience(int audience) =>
        Assert.Equal(1, Windows(10, audience, lateCopies: _ => 0)[^1]);

    [Fact]
    public void Update_AnEarlyCopySavesMoreThanOneLateOne_IsKept() =>
        Assert.Equal(3, MostlyAt(100, lateCopies: k => Math.Max(0.3, 4.3 - (2 * (k - 1)))));

    [Fact]
    public void Update_AnEarlyCopySavesHardlyAnything_IsTakenBack() =>
        Assert.Equal(1, MostlyAt(1000, lateCopies: k => 0.95 - (0.1 * (k - 1))));

    [Fact]
    public void Update_FewerLateCopiesThanAnEarlyOneMustSave_TriesNothing() =>
        Assert.All(Windows(60, 12, lateCopies: _ => 0.5), copies => Assert.Equal(1, copies));

    [Fact]
    public void Update_UplinksTooSmallForTheAudience_MakesUpForMostOfItSoon() =>
        Assert.InRange(Windows(12, 100, lateCopies: k => Math.Max(0, 20.0 - k))[^1], 9, 25);

    [Fact]
    public void Update_LateCopiesStop_GivesTheEarlyOnesBackByHalf()
    {
        Assert.InRange(Windows(12, 100, lateCopies: _ => 12)[^1], 8, 15);
        Assert.Equal(1, Windows(12, 100, lateCopies: _ => 0)[^1]);
    }

    [Fact]
    public void Update_HalfIsTooFew_GoesDownByLess()
    {
        Assert.InRange(Windows(12, 100, lateCopies: _ => 12)[^1], 8, 15);
        Assert.Equal(7, MostlyAt(100, lateCopies: k => k < 7 ? 2.0 * (7 - k) : 0));
    }

    [Fact]
    public void Update_AudienceShrinks_NoMoreCopiesThanAQuarterOfIt()
    {
        Windows(10, 100, lateCopies: _ => 30);
        Assert.Equal(2, Windows(1, 8, lateCopies: _ => 30)[^1]);
    }

    [Fact]
    public void Update_HardlyAnyChunks_JudgesNothing()
    {
        for (int i = 0; i < 10; i++, _now += TimeSpan.FromSeconds(10))
        {
            _chunks += 4;
            _fallbacks += 4;
            Assert.Equal(1, _policy.Update(_now, 100, _chunks, _fallbacks));
        }
    }

    // Where it spends most of the second quarter of an hour, trials included.
    private int MostlyAt(int audience, Func<int, double> lateCopies) =>
        Windows(180, audience, lateCopies).Skip(90).CountBy(copies => copies).MaxBy(count => count.Value).Key;

    // Lets windows pass in which so many copies of each chunk are fetched late, given the early ones of the window before.
    private List<int> Windows(int count, int audience, Func<int, double> lateCopies)
    {
        List<int> copies = [_policy.Update(_now, audience, _chunks, _fallbacks)];
        for (int i = 0; i < count; i++)
        {
            _now += TimeSpan.FromSeconds(10);
            _chunks += ChunksPerWindow * audience;
            _fallbacks += (long)(ChunksPerWindow * lateCopies(copies[Math.Max(0, copies.Count - 2)]));
            copies.Add(_policy.Update(_now, audience, _chunks, _fallbacks));
        }

        return copies;
    }
}
