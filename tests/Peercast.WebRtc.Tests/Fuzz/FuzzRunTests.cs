using Peercast.Fuzz.Engine;

namespace Peercast.WebRtc.Tests.Fuzz;

/// <summary>A run finds what it looks for, and writes it down so that it can be found again.</summary>
public sealed class FuzzRunTests
{
    private static readonly FuzzLimits Limits = new() { HeapInterval = 0, Slow = TimeSpan.FromMilliseconds(100), Repetitions = 2 };

    [Fact]
    public void Run_InputThatThrows_IsTheSample()
    {
        var target = new BadTarget(input => input is [.., 7, _] ? throw new NotSupportedException() : input.Length);

        var finding = Assert.Throws<FuzzFindingException>(() => new FuzzRun(target, 1, Limits).Run(100_000));

        Assert.IsType<NotSupportedException>(finding.InnerException);
        Assert.Equal(7, finding.Sample[^2]);
    }

    [Fact]
    public void Run_BrokenClaim_IsFound()
    {
        var target = new BadTarget(input =>
        {
            BrokenClaimException.Unless(input is not [> 250, ..], "nothing begins so");
            return 0;
        });

        Assert.IsType<BrokenClaimException>(Assert.Throws<FuzzFindingException>(() => new FuzzRun(target, 2, Limits).Run(100_000)).InnerException);
    }

    [Fact]
    public void Run_InputThatAllocatesMuch_IsFound()
    {
        var target = new BadTarget(input =>
        {
            if (input is [9, ..])
                GC.KeepAlive(new byte[1024 * 1024]);
            return 0;
        });

        var finding = Assert.Throws<FuzzFindingException>(() => new FuzzRun(target, 3, Limits).Run(100_000));

        Assert.Equal(9, finding.Sample[0]);
    }

    [Fact]
    public void Run_InputThatIsSlowEachTime_IsFound()
    {
        var target = new BadTarget(input => input is [11, ..] ? Burn(TimeSpan.FromMilliseconds(150)) : 0);

        var finding = Assert.Throws<FuzzFindingException>(() => new FuzzRun(target, 4, Limits).Run(100_000));

        Assert.Equal(11, finding.Sample[0]);
    }

    [Fact]
    public void Run_InputThatIsSlowOnce_IsForgiven()
    {
        bool wasSlow = false;
        var target = new BadTarget(input =>
        {
            if (input is not [11, ..] || wasSlow)
                return 0;
            wasSlow = true;
            return Burn(TimeSpan.FromMilliseconds(150));
        });

        FuzzReport report = new FuzzRun(target, 4, Limits).Run(10_000);

        Assert.True(wasSlow);
        Assert.InRange(report.Slowest, TimeSpan.FromMilliseconds(150), TimeSpan.MaxValue);
    }

    [Fact]
    public void Run_SameSeed_MakesTheSameInputs()
    {
        Assert.Equal(HashOf(seed: 5), HashOf(seed: 5));
        Assert.NotEqual(HashOf(seed: 5), HashOf(seed: 6));

        static uint HashOf(int seed)
        {
            uint hash = 0;
            new FuzzRun(new BadTarget(input => (int)(hash = (hash * 31) + Sum(input)) & 0xF), seed, Limits).Run(5_000);
            return hash;
        }
    }

    [Fact]
    public void Run_SessionThatBreaks_IsWrittenDownWhole()
    {
        int inSession = 0;
        var target = new BadTarget(_ => ++inSession == 5 ? throw new InvalidOperationException() : 0, sessionLength: 10, begin: () => inSession = 0);

        byte[] sample = Assert.Throws<FuzzFindingException>(() => new FuzzRun(target, 7, Limits).Run(100)).Sample;

        Assert.Equal(5, FuzzCorpus.Inputs(target, sample).Count);
        Assert.Equal(sample.Length, FuzzCorpus.Inputs(target, sample).Sum(input => 2 + input.Length));
    }

    private static uint Sum(ReadOnlySpan<byte> input)
    {
        uint sum = (uint)input.Length;
        foreach (byte value in input)
            sum = (sum * 7) + value;
        return sum;
    }

    // The run measures real time, so this has to take some.
    private static int Burn(TimeSpan time)
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        while (watch.Elapsed < time)
        {
        }

        return 0;
    }

    private delegate int Body(ReadOnlySpan<byte> input);

    private sealed class BadTarget(Body body, int sessionLength = 0, Action? begin = null) : FuzzTarget("bad", "none")
    {
        public override int MaxLength => 64;

        public override int SessionLength => sessionLength;

        public override int LeastOutcomes => 1;

        public override void Begin() => begin?.Invoke();

        public override int Run(ReadOnlySpan<byte> input) => body(input);
    }
}
