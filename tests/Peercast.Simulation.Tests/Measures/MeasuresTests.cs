namespace Peercast.Simulation.Tests.Measures;

public sealed class MeasuresTests
{
    [Fact]
    public void Gini_AllAlike_IsZeroAndOneHasAll_IsNearOne()
    {
        Assert.Equal(0, Simulation.Measures.Measures.Gini([.. Enumerable.Repeat(3.0, 100)]), 9);
        Assert.Equal(0.99, Simulation.Measures.Measures.Gini([.. Enumerable.Repeat(0.0, 99), 5.0]), 9);
    }

    [Fact]
    public void Percentile_OfAHundred_IsTheNthSmallest()
    {
        List<double> values = [.. Enumerable.Range(1, 100).Select(x => (double)x).Reverse()];
        Assert.Equal(50, Simulation.Measures.Measures.Percentile(values, 0.5));
        Assert.Equal(95, Simulation.Measures.Measures.Percentile(values, 0.95));
        Assert.Equal(0, Simulation.Measures.Measures.Percentile([], 0.5));
    }
}
