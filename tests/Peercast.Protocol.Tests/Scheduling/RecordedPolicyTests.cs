using Peercast.Protocol.Primitives;
using Peercast.Protocol.Scheduling;

namespace Peercast.Protocol.Tests.Scheduling;

/// <summary>What differs where the channel is a recording.</summary>
public sealed class RecordedPolicyTests
{
    [Theory]
    [InlineData(70_000, 300_000, 5.0, "Accept")]
    [InlineData(90_000, 90_000, 5.0, "Busy")]
    [InlineData(60_000, 60_000, 0.5, "TooLate")]
    [InlineData(0, 30_000, 20.0, "Busy")]
    [InlineData(10_000, 10_000, 20.0, "Accept")]
    public void RecordedAdmission_DueSoonOvertakesAndDueLateWaitsForAnIdleUplink(long ahead, long queued, double toDeadline, string expected)
    {
        Admission.Verdict verdict = RecordedAdmission.Decide(
            ahead, queued, length: 10_000, bytesPerSecond: 100_000, oneWaySeconds: 0.05, toDeadline, maxQueueSeconds: 0.8, out _);

        Assert.Equal(expected, verdict.ToString());
    }

    [Fact]
    public void RecordedDemand_ChunkSeveralLookAt_IsNeededByTheNearestWithoutIt()
    {
        var demand = new RecordedDemand();
        demand.Clear(chunksPerSecond: 5);
        demand.Add(bit: 1, before: new ChunkId(1_300), aheadSeconds: 60);
        demand.Add(bit: 2, before: new ChunkId(1_400), aheadSeconds: 60);

        Assert.Equal(new ChunkId(1_400), demand.End);
        Assert.Equal(10, demand.SecondsToNeed(new ChunkId(1_150), holders: 0), 6);
        Assert.Equal(30, demand.SecondsToNeed(new ChunkId(1_150), holders: 2), 6);
        Assert.Equal(double.PositiveInfinity, demand.SecondsToNeed(new ChunkId(1_150), holders: 3));
        Assert.Equal(double.PositiveInfinity, demand.SecondsToNeed(new ChunkId(999), holders: 0));
        Assert.Equal(double.PositiveInfinity, demand.SecondsToNeed(new ChunkId(1_400), holders: 0));
    }
}
