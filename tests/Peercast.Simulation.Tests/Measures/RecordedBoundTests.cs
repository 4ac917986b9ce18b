using Peercast.Simulation.Measures;
using Peercast.Simulation.Network;

namespace Peercast.Simulation.Tests.Measures;

public sealed class RecordedBoundTests
{
    private const long Rate = 2_000_000;
    private static readonly TimeSpan Recording = TimeSpan.FromSeconds(600);
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(100);

    [Fact]
    public void MeanOver_ViewersOneBehindTheOther_IsOneCopy() =>
        Assert.Equal(1, Mean(Viewer(0, 5), Viewer(10, 5), Viewer(20, 5)), 9);

    [Fact]
    public void MeanOver_ViewersWhoCannotGive_IsACopyForEach() =>
        Assert.Equal(1.9, Mean(Viewer(0, 0), Viewer(10, 0)), 9);

    [Fact]
    public void MeanOver_JumpToWhereNobodyIs_AddsWhatIsNew() =>
        Assert.Equal(1.4, Mean(Viewer(0, 5), Viewer(20, 5) with { Seeks = [(TimeSpan.FromSeconds(60), 0.5)] }), 9);

    [Fact]
    public void MeanOver_SurplusAtTheEnd_DoesNotPayForWantAtTheBeginning() =>
        Assert.Equal(1.2, Mean(Viewer(0, 0), Viewer(0, 0), Viewer(60, 100)), 9);

    private static double Mean(params PeerProfile[] viewers) => RecordedBound.MeanOver(viewers, Rate, Recording, Length);

    private static PeerProfile Viewer(int joins, double uplinkOverRate) => new()
    {
        Uplink = (long)(uplinkOverRate * Rate),
        StatedUplink = (long)(uplinkOverRate * Rate),
        LineUp = 10_000_000,
        LineDown = 10_000_000,
        AccessDelay = TimeSpan.FromMilliseconds(10),
        JoinsAt = TimeSpan.FromSeconds(joins),
    };
}
