namespace Peercast.Simulation.Kernel;

/// <summary>
/// Runs actors through virtual time in steps. Nothing reaches an actor sooner than its shortest delay, so for as many
/// steps as fit in that delay it lives alone, on whatever thread; what was sent in a step is handed over at the beginning
/// of the next. The number of threads therefore changes nothing but the time it takes. An actor that lives through
/// several steps in one go finds its state in the processor's cache for all but the first event.
/// </summary>
internal sealed class World
{
    /// <summary>The length of a step: no shorter than the shortest one-way delay between any two actors.</summary>
    public static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);

    /// <summary>
    /// So few that what they touch in a step stays in a processor's cache, and enough to be worth a turn: each pair of
    /// blocks has its list of events, and there should not be more lists than events in a step.
    /// </summary>
    private const int MinActorsPerBlock = 32;

    /// <summary>Each pair of blocks has its list of events.</summary>
    private const int MaxBlocks = 64;

    private readonly List<Actor> _actors = [];
    private readonly int _threads;

    /// <summary>How many steps each actor lives through in one go: most have nothing to do in most steps, and are not to be looked at then.</summary>
    private int[] _steps = [];

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
        var mail = new Mailroom(_actors.Count, Math.Max(MinActorsPerBlock, (_actors.Count + MaxBlocks - 1) / MaxBlocks));
        foreach (Actor actor in _actors)
        {
            actor.Mail = mail;
        }

        _steps = [.. _actors.Select(actor => (int)(actor.ShortestDelay.Ticks / Step.Ticks))];

        var options = new ParallelOptions { MaxDegreeOfParallelism = _threads };
        for (long step = 0; Step * step < end; step++)
        {
            long current = step;
            if (_threads == 1)
            {
                for (int block = 0; block < mail.Blocks; block++)
                {
                    RunBlock(mail, block, current, end);
                }
            }
            else
            {
                Parallel.For(0, mail.Blocks, options, block => RunBlock(mail, block, current, end));
            }

            mail.Turn();
            TimeSpan now = Step * (step + 1);
            if (now.Ticks % TimeSpan.TicksPerSecond == 0)
            {
                cancellation.ThrowIfCancellationRequested();
                progress?.Invoke(now);
            }
        }
    }

    private void RunBlock(Mailroom mail, int block, long step, TimeSpan end)
    {
        mail.HandOver(block, _actors);
        int to = Math.Min(_actors.Count, (block + 1) * mail.ActorsPerBlock);
        for (int i = block * mail.ActorsPerBlock; i < to; i++)
        {
            int steps = _steps[i];
            if (step % steps == 0)
            {
                TimeSpan until = Step * (step + steps);
                _actors[i].RunUntil(until < end ? until : end);
            }
        }
    }
}
