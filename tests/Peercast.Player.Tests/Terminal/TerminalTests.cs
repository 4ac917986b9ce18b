using Peercast.Player.Playback;
using Peercast.Player.Terminal;

namespace Peercast.Player.Tests.Terminal;

public sealed class TerminalTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("500k", 500_000)]
    [InlineData("2M", 2_000_000)]
    [InlineData("2.5M", 2_500_000)]
    [InlineData("1G", 1_000_000_000)]
    [InlineData("64000", 64_000)]
    [InlineData("unlimited", long.MaxValue)]
    public void TryParseRate_Rate_IsInBitsPerSecond(string text, long expected)
    {
        Assert.True(Quantity.TryParseRate(text, out var rate));
        Assert.Equal(expected, rate);
    }

    [Theory]
    [InlineData("")]
    [InlineData("M")]
    [InlineData("-1")]
    [InlineData("2 M")]
    [InlineData("1e9")]
    [InlineData("99999999G")]
    [InlineData("NaN")]
    public void TryParseRate_NoRate_IsRefused(string text) => Assert.False(Quantity.TryParseRate(text, out _));

    [Fact]
    public void BitsPerSecond_SteadyCounter_IsItsRateAndForgetsThePast()
    {
        var meter = new RateMeter();
        for (var i = 0; i <= 40; i++)
            meter.Add(TimeSpan.FromSeconds(i * 0.25), i < 20 ? 0 : (i - 20) * 25_000L);

        Assert.Equal(800_000, meter.BitsPerSecond, 0.001);
    }

    [Fact]
    public void UploadLimitSteps_UpAndDown_ReachBothEnds()
    {
        long limit = 3_000_000;
        Assert.Equal(5_000_000, UploadLimitSteps.Up(limit));
        Assert.Equal(2_000_000, UploadLimitSteps.Down(limit));
        for (var i = 0; i < 20; i++)
            limit = UploadLimitSteps.Up(limit);
        Assert.Equal(long.MaxValue, limit);
        for (var i = 0; i < 20; i++)
            limit = UploadLimitSteps.Down(limit);
        Assert.Equal(0, limit);
    }

    [Fact]
    public void Lines_Session_SayWhatMatters()
    {
        var view = new StatisticsView();
        var snapshot = new ViewerSnapshot
        {
            State = ViewerState.Playing,
            LiveLatency = TimeSpan.FromSeconds(4.93),
            OriginBytes = 1_000_000,
            NeighborBytes = 9_000_000,
            UploadLimit = 0,
            Neighbors = 5,
            CorruptChunks = 2,
        };
        view.Update(TimeSpan.Zero, snapshot with { NeighborBytes = 8_750_000 });
        view.Update(TimeSpan.FromSeconds(1), snapshot);

        Assert.Equal(
            [
                ("State", "playing 4.9 s behind live"),
                ("Sources", "neighbors 2 Mb/s, origin 0 b/s"),
                ("Offload", "90.0 % (neighbors 9.0 MB, origin 1.0 MB)"),
                ("Neighbors", "5 (tracker not connected)"),
                ("Upload", "0 b/s, limit nothing (0 B given)"),
                ("Buffer", "0.0 s, 0 stalls (0.0 s)"),
                ("Refused", "2 corrupt chunks"),
            ],
            view.Lines());
    }

    [Fact]
    public void State_RecordedChannel_SaysWhere()
    {
        var view = new StatisticsView();
        view.Update(TimeSpan.Zero, new ViewerSnapshot
        {
            State = ViewerState.Paused, Recorded = true, Position = TimeSpan.FromSeconds(65), Length = TimeSpan.FromSeconds(3723),
        });

        Assert.Equal("paused at 1:05 of 1:02:03", view.State);
    }
}
