using Peercast.Simulation.Measures;
using Peercast.Simulation.Output;
using Peercast.Simulation.Scenarios;

namespace Peercast.Simulation.Tests.Output;

public sealed class RunStoreTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    [Fact]
    public void Find_AfterAStopInTheMiddleOfALine_HasAllButThatRun()
    {
        var first = new RunPlan(new S2SkewedUplinks(), 20, 1);
        var store = new RunStore(_path);
        Assert.Null(store.Find(first));
        store.Add(new RunResult(
            first, new SortedDictionary<string, double>(StringComparer.Ordinal) { ["egressRates"] = 1.5 }, new RunTrace([1, 2], [10], [(0.25, 0.75)])));
        File.AppendAllText(_path, "{\"Run\":\"cut of");

        RunResult? found = new RunStore(_path).Find(first);
        Assert.Equal(1.5, found!.Figures["egressRates"]);
        Assert.Equal((0.25, 0.75), Assert.Single(found.Trace.ViewerTimeline));
        RunPlan second = first with { Seed = 2 };
        Assert.Null(new RunStore(_path).Find(second));
        new RunStore(_path).Add(found with { Plan = second });
        Assert.NotNull(new RunStore(_path).Find(second));
    }

    public void Dispose() => File.Delete(_path);
}
