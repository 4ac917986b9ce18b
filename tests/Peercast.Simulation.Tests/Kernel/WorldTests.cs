using Peercast.Simulation.Kernel;

namespace Peercast.Simulation.Tests.Kernel;

public sealed class WorldTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Run_ActorsThatPassNumbersOn_SeeTheSameWhateverTheThreads(int threads)
    {
        Assert.Equal(Trace(1), Trace(threads));
    }

    [Fact]
    public void Run_MessageFasterThanTheShortestDelay_IsRefused()
    {
        var world = new World(1);
        world.Add(index => new Echo(index, 1, _ => TimeSpan.FromMilliseconds(1), knowsItsDelay: false));
        Assert.Throws<InvalidOperationException>(() => world.Run(TimeSpan.FromSeconds(1), null, CancellationToken.None));
    }

    [Fact]
    public void Run_ActorsThatLiveThroughSeveralStepsInOneGo_SeeTheSame()
    {
        Assert.Equal(Trace(1), Trace(2, knowTheirDelay: true));
    }

    private static List<long> Trace(int threads, bool knowTheirDelay = false)
    {
        var world = new World(threads);
        List<Echo> actors = [.. Enumerable.Range(0, 40).Select(_ => world.Add(index => new Echo(index, 40, DelayTo, knowTheirDelay)))];
        world.Run(TimeSpan.FromSeconds(2), null, CancellationToken.None);
        return [.. actors.Select(a => a.Sum)];
    }

    private static TimeSpan DelayTo(int actor) => TimeSpan.FromMilliseconds(10 + actor);

    private sealed class Echo : Actor
    {
        private readonly int _count;
        private readonly Func<int, TimeSpan> _delayTo;
        private readonly bool _knowsItsDelay;

        public Echo(int index, int count, Func<int, TimeSpan> delayTo, bool knowsItsDelay)
            : base(index)
        {
            (_count, _delayTo, _knowsItsDelay) = (count, delayTo, knowsItsDelay);
            Schedule(TimeSpan.Zero, new SimEvent(EventKind.Sample, index + 1));
        }

        public long Sum { get; private set; }

        public override TimeSpan ShortestDelay => _knowsItsDelay ? _delayTo(Index) : base.ShortestDelay;

        protected override void Handle(in SimEvent e)
        {
            Sum = unchecked((Sum * 31) + e.Number + Now.Ticks);
            int to = (int)(((Sum % _count) + _count) % _count);
            Send(to, Now + _delayTo(to), new SimEvent(EventKind.Sample, Sum % 1000));
        }
    }
}
