using Peercast.Simulation.Network;
using Peercast.Simulation.Scenarios;

namespace Peercast.Simulation.Tests.Network;

public sealed class PathsTests
{
    [Theory]
    [InlineData(0, 0, true)]
    [InlineData(0, 2, true)]
    [InlineData(1, 1, true)]
    [InlineData(1, 2, false)]
    [InlineData(2, 2, false)]
    public void CanConnect_ByNat_IsAsRfc4787Says(int left, int right, bool expected)
    {
        var profiles = Profiles(2, (i, p) => p with { Nat = (NatClass)(i == 0 ? left : right) });
        var paths = new Paths(profiles, 0, 1);
        Assert.Equal(expected, paths.CanConnect(0, 1));
        Assert.Equal(expected, paths.CanConnect(1, 0));
    }

    [Fact]
    public void CanConnect_BlockedPairs_IsTheirShareAndTheSameBothWays()
    {
        var paths = new Paths(Profiles(200, (_, p) => p), 0.2, 5);
        int blocked = 0, pairs = 0;
        for (int a = 0; a < 200; a++)
        {
            for (int b = 0; b < a; b++)
            {
                Assert.Equal(paths.CanConnect(a, b), paths.CanConnect(b, a));
                blocked += paths.CanConnect(a, b) ? 0 : 1;
                pairs++;
            }
        }

        Assert.InRange((double)blocked / pairs, 0.18, 0.22);
    }

    [Fact]
    public void TcpRateLimit_Loss_SlowsLongPathsMore()
    {
        double near = Paths.TcpRateLimit(0.005, TimeSpan.FromMilliseconds(10));
        double far = Paths.TcpRateLimit(0.005, TimeSpan.FromMilliseconds(40));
        Assert.Equal(4, near / far, 6);
        Assert.True(double.IsPositiveInfinity(Paths.TcpRateLimit(0, TimeSpan.FromMilliseconds(10))));
    }

    private static Dictionary<int, PeerProfile> Profiles(int count, Func<int, PeerProfile, PeerProfile> change)
    {
        var random = new Random(1);
        var timing = new Timing(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(360));
        return Enumerable.Range(0, count).ToDictionary(i => i, i => change(i, Population.Viewer(1_000_000, 2_000_000, timing, random)));
    }
}
