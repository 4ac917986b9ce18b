using System.Diagnostics;

namespace Peercast.Fuzz.Engine;

/// <summary>Gives a target inputs, first those of the corpus, and looks for exceptions, slowness and growth. One seed, one run.</summary>
internal sealed class FuzzRun
{
    // Some sessions are long, so that what a session never gives back adds up.
    private const int LongSession = 40;
    private const int LongSessionEvery = 25;

    // The memory of a run must not grow, or it would be taken for the target's.
    private const int MaxKept = 500;

    private readonly FuzzTarget _target;
    private readonly FuzzLimits _limits;
    private readonly Random _random;
    private readonly Mutator _mutator;
    private readonly MemoryStream _session = new();
    private readonly HashSet<int> _outcomes = [];
    private readonly List<byte[]> _kept = [];
    private byte[] _input = [];
    private long _inputs, _sessions, _slowest, _largest, _heapAtStart, _heapGrowth;
    private long _startedAt;

    public FuzzRun(FuzzTarget target, int seed, FuzzLimits? limits = null)
    {
        _target = target;
        _limits = limits ?? new FuzzLimits();
        _random = new Random(seed);
        _mutator = new Mutator(target, _random);
    }

    /// <summary>For how long the present input has been running. Safe from any thread: who watches a run asks.</summary>
    public TimeSpan Running => Volatile.Read(ref _startedAt) is > 0 and var started ? Stopwatch.GetElapsedTime(started) : TimeSpan.Zero;

    /// <summary>The present session as a file of the corpus, for who watches a run that hangs.</summary>
    public byte[] Session => _target.SessionLength == 0 ? _input : _session.ToArray();

    /// <summary>Runs.</summary>
    /// <param name="inputs">How many, beside those of the corpus.</param>
    /// <exception cref="FuzzFindingException">The first input that the code does not stand.</exception>
    public FuzzReport Run(long inputs)
    {
        foreach (IReadOnlyList<byte[]> session in FuzzCorpus.Of(_target))
        {
            Begin();
            foreach (byte[] input in session)
            {
                _mutator.Add(input);
                if (!_target.IsOver)
                    Execute(input);
            }
        }

        int left = 0;
        for (_inputs = 0; _inputs < inputs; _inputs++)
        {
            if (--left < 0 || _target.IsOver)
            {
                Begin();
                left = _random.Next(LongSessionEvery) == 0 ? _target.SessionLength * LongSession : _target.SessionLength;
            }

            Execute(_mutator.Next());
            if (_limits.HeapInterval > 0 && _inputs % _limits.HeapInterval == 0)
                CheckHeap();
        }

        return new FuzzReport
        {
            Inputs = _inputs,
            Outcomes = _outcomes.Count,
            Sessions = _sessions,
            Slowest = Stopwatch.GetElapsedTime(0, _slowest),
            LargestAllocation = _largest,
            HeapGrowth = _heapGrowth,
            Kept = _kept,
        };
    }

    private void Begin()
    {
        _session.SetLength(0);
        _sessions++;
        _target.Begin();
    }

    private void Execute(ReadOnlySpan<byte> input)
    {
        if (_target.SessionLength == 0)
            Remember(input);
        else
            FuzzCorpus.Append(_session, input);
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        long started = Stopwatch.GetTimestamp();
        Volatile.Write(ref _startedAt, started);
        int outcome;
        try
        {
            outcome = _target.Run(input);
        }
        catch (Exception thrown)
        {
            throw Finding($"input {_inputs} threw {thrown.GetType().Name}: {thrown.Message}", thrown);
        }

        Volatile.Write(ref _startedAt, 0);
        long elapsed = Stopwatch.GetTimestamp() - started;
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        _slowest = Math.Max(_slowest, elapsed);
        _largest = Math.Max(_largest, allocated);
        if (allocated > _target.MaxAllocation)
            throw Finding($"input {_inputs} made it allocate {allocated} bytes", null);
        if (_outcomes.Add(outcome) && _inputs > 0)
        {
            if (_kept.Count < MaxKept)
                _kept.Add(input.ToArray());
            _mutator.Add(input);
        }

        if (Stopwatch.GetElapsedTime(0, elapsed) > _limits.Slow)
            Repeat();
    }

    // The buffer of the mutator is written over by what comes next, and a run that hangs is asked from another thread.
    private void Remember(ReadOnlySpan<byte> input) => _input = input.ToArray();

    private void Repeat()
    {
        byte[] slow = Session;
        var shortest = TimeSpan.MaxValue;
        for (int i = 0; i < _limits.Repetitions && shortest > _limits.Slow; i++)
        {
            TimeSpan last = TimeSpan.Zero;
            _target.Begin();
            foreach (byte[] input in FuzzCorpus.Inputs(_target, slow))
            {
                long started = Stopwatch.GetTimestamp();
                _target.Run(input);
                last = Stopwatch.GetElapsedTime(started);
            }

            shortest = last < shortest ? last : shortest;
        }

        if (shortest > _limits.Slow)
            throw new FuzzFindingException(_target, $"input {_inputs} takes {shortest.TotalMilliseconds:F0} ms", slow);
    }

    private void CheckHeap()
    {
        long heap = GC.GetTotalMemory(forceFullCollection: true);
        if (_heapAtStart == 0)
            _heapAtStart = heap;
        _heapGrowth = Math.Max(_heapGrowth, heap - _heapAtStart);
        if (_heapGrowth > _limits.HeapGrowth)
            throw Finding($"after {_inputs} inputs the heap has grown by {_heapGrowth} bytes", null);
    }

    private FuzzFindingException Finding(string what, Exception? inner) => new(_target, what, Session, inner);
}
