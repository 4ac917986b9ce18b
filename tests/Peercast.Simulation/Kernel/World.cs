namespace Peercast.Simulation.Kernel;

/// <summary>
/// Runs actors through virtual time. Nothing reaches another actor sooner than the shortest one-way delay, so within
/// a step that long every actor lives alone, on whatever thread; between steps their messages are handed out in the
/// order of the senders. The number of threads therefore changes nothing but the time it takes.
/// </summary>
internal sealed class World
{
    /// <summary>The shortest one-way delay between any two actors, and the length of a step.</summary>
    public static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);

    private readonly List<Actor> _actors = [];
    private readonly int _threads;

    /// <param name="threads">How many may work at once.</param>
    public World(int threads) => _threads = threads;

    /// <summary>Adds an actor; its index must be the next one.</summary>
    public T Add<T>(Func<int, T> create)
        where T : Actor
    {
        T actor = create(_actors.Count);
        _actors.Add(actor);
        return actor;
    }

    /// <summary>Runs from the beginning.</summary>
    /// <param name="end">Until when.</param>
    /// <param name="progress">Told the time now and then.</param>
    /// <param name="cancellation">Ends it early, with an exception.</param>
    public void Run(TimeSpan end, Action<TimeSpan>? progress, CancellationToken cancellation)
    {
        int blocks = _threads == 1 ? 1 : Math.Min(_actors.Count, _threads * 8);
        var options = new ParallelOptions { MaxDegreeOfParallelism = _threads };
        for (TimeSpan now = TimeSpan.Zero; now < end; now += Step)
        {
            TimeSpan stepEnd = now + Step;
            if (blocks == 1)
            {
                RunBlock(0, 1, stepEnd);
            }
            else
            {
                Parallel.For(0, blocks, options, block => RunBlock(block, blocks, stepEnd));
            }

            HandOut(stepEnd);
            if (stepEnd.Ticks % TimeSpan.TicksPerSecond == 0)
            {
                cancellation.ThrowIfCancellationRequested();
                progress?.Invoke(stepEnd);
            }
        }
    }

    private void RunBlock(int block, int blocks, TimeSpan end)
    {
        int from = (int)((long)_actors.Count * block / blocks);
        int to = (int)((long)_actors.Count * (block + 1) / blocks);
        for (int i = from; i < to; i++)
        {
            if (_actors[i].Due < end)
            {
                _actors[i].RunUntil(end);
            }
        }
    }

    private void HandOut(TimeSpan stepEnd)
    {
        foreach (Actor actor in _actors)
        {
            foreach (Envelope envelope in actor.Outgoing)
            {
                if (envelope.At < stepEnd)
                {
                    throw new InvalidOperationException($"An event of kind {envelope.Event.Kind} would arrive faster than the shortest delay.");
                }

                _actors[envelope.To].Schedule(envelope.At, envelope.Event);
            }

            actor.Outgoing.Clear();
        }
    }
}
