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
        world.Add(index => new Echo(index, 1, TimeSpan.FromMilliseconds(1)));
        Assert.Throws<InvalidOperationException>(() => world.Run(TimeSpan.FromSeconds(1), null, CancellationToken.None));
    }

    private static List<long> Trace(int threads)
    {
        var world = new World(threads);
        List<Echo> actors = [.. Enumerable.Range(0, 40).Select(_ => world.Add(index => new Echo(index, 40, TimeSpan.FromMilliseconds(10 + index))))];
        world.Run(TimeSpan.FromSeconds(2), null, CancellationToken.None);
        return [.. actors.Select(a => a.Sum)];
    }

    private sealed class Echo : Actor
    {
        private readonly int _count;
        private readonly TimeSpan _delay;

        public Echo(int index, int count, TimeSpan delay)
            : base(index)
        {
            (_count, _delay) = (count, delay);
            Schedule(TimeSpan.Zero, new SimEvent(EventKind.Sample, index + 1));
        }

        public long Sum { get; private set; }

        protected override void Handle(in SimEvent e)
        {
            Sum = unchecked((Sum * 31) + e.Number + Now.Ticks);
            Send((int)(((Sum % _count) + _count) % _count), Now + _delay, new SimEvent(EventKind.Sample, Sum % 1000));
        }
    }
}
