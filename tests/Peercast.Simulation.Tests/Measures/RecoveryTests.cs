using Peercast.Simulation.Measures;

namespace Peercast.Simulation.Tests.Measures;

public sealed class RecoveryTests
{
    [Fact]
    public void Seconds_SevenSecondsOfMore_AreSeven()
    {
        Assert.Equal(7, Of(second => second is >= 60 and < 67 ? 300 : 100));
    }

    [Fact]
    public void Seconds_WithinAFifth_IsNothing()
    {
        Assert.Equal(0, Of(second => second >= 60 ? 119 : 100));
    }

    [Fact]
    public void Seconds_NeverBack_AreUntilTheEnd()
    {
        Assert.Equal(40, Of(second => second >= 60 ? 130 : 100));
    }

    [Fact]
    public void Seconds_WarmUp_IsNotWhatWasUsual()
    {
        Assert.Equal(40, Of(second => second < 50 ? 900 : second >= 60 ? 130 : 100));
    }

    private static double Of(Func<int, long> bytes) => Recovery.Seconds(
        [.. Enumerable.Range(0, 100).Select(bytes)], TimeSpan.FromSeconds(50), TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(100));
}
