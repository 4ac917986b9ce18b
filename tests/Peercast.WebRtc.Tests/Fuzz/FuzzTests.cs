using Peercast.Fuzz;
using Peercast.Fuzz.Engine;

namespace Peercast.WebRtc.Tests.Fuzz;

/// <summary>Whatever a peer sends, in whatever state: no exception, no hang, no growth. tests/Peercast.Fuzz runs longer.</summary>
public sealed class FuzzTests
{
    private const int Inputs = 200_000;

    // Eight states share what reads packets.
    private const int InputsOfAState = 50_000;

    // Other tests share the heap and the processor.
    private static readonly FuzzLimits Shared = new() { HeapInterval = 0, Slow = TimeSpan.FromMilliseconds(500) };

    public static TheoryData<string> Names => new(FuzzTargets.Names);

    [Theory]
    [MemberData(nameof(Names))]
    public void Parser_ManyInputs_NeitherThrowsNorHangsNorGrows(string name)
    {
        FuzzTarget target = FuzzTargets.Create(name);
        using var socket = target as IDisposable;
        int inputs = name.StartsWith("sctp-", StringComparison.Ordinal) ? InputsOfAState : Inputs;
        FuzzReport report = new FuzzRun(target, seed: 20250101, Shared).Run(inputs);

        Assert.InRange(report.Outcomes, target.LeastOutcomes, int.MaxValue);
    }

    [Fact]
    public void Corpus_OfEveryParser_HoldsSamples() =>
        Assert.All(FuzzTargets.Names, name =>
        {
            FuzzTarget target = FuzzTargets.Create(name);
            using var socket = target as IDisposable;
            Assert.NotEmpty(FuzzCorpus.Of(target));
        });
}
