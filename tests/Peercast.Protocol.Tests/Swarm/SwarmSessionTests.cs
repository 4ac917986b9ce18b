using Xunit.Abstractions;

namespace Peercast.Protocol.Tests.Swarm;

public sealed class SwarmSessionTests(ITestOutputHelper output)
{
    [Fact]
    public void EightViewers_OneMinute_ShareAlmostEverything()
    {
        using var swarm = new VirtualSwarm(seed: 1);
        swarm.JoinAll(8);
        swarm.Run(70);

        var report = new SwarmReport(swarm);
        output.WriteLine(report.ToString());
        Assert.True(report.Offload >= 0.8, report.ToString());
        Assert.Equal(0, report.Stalls);
        Assert.Equal(0, report.Wrong);
        Assert.True(report.Copies <= 1.5, report.ToString());
    }
}
