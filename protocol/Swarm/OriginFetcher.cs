using Peercast.Protocol.Primitives;
using Peercast.Protocol.Scheduling;

namespace Peercast.Protocol.Swarm;

/// <summary>Fetches chunks from the origin in runs: a few requests at a time, each a run of neighbors in id and cause.</summary>
internal sealed class OriginFetcher(ChunkWindow window, Outbox outbox)
{
    /// <summary>Runs under way at once.</summary>
    private const int MaxRuns = 6;

    /// <summary>Chunks of one run; the origin gives at most 64.</summary>
    private const int MaxRunLength = 16;

    /// <summary>What the reply to a join brings, see origin/HTTP.md. With a busy origin it may take long, and what follows is due meanwhile.</summary>
    private static readonly TimeSpan JoinMedia = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan NotYetDelay = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan MinFailureDelay = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan MaxFailureDelay = TimeSpan.FromSeconds(1);

    /// <summary>
    /// An origin that takes longer has more to send than it can. Were viewers to turn to it all the earlier, they would
    /// take from it what neighbors were about to bring, and it would never recover.
    /// </summary>
    private static readonly TimeSpan MaxTransferTime = TimeSpan.FromSeconds(1);

    /// <summary>Slower is no worse, and would only be longer remembered.</summary>
    private static readonly TimeSpan LongestSample = TimeSpan.FromSeconds(4);

    private const double SlownessKeptPerSecond = 0.95;

    private readonly Dictionary<int, Run> _runs = [];
    private readonly List<int> _passed = [];
    private readonly List<(ChunkId Id, OriginCause Cause, bool IsAhead)> _wanted = [];
    private int _lastRequest;
    private TimeSpan _transferTime = TimeSpan.FromMilliseconds(200);
    private TimeSpan _tickedAt;
    private TimeSpan _blockedUntil;
    private TimeSpan _failureDelay = MinFailureDelay;

    /// <summary>How long the origin takes to send one chunk, from asking to its arrival; smoothed, at most 1 s.</summary>
    public TimeSpan TransferTime => _transferTime < MaxTransferTime ? _transferTime : MaxTransferTime;

    /// <summary>
    /// The origin has so much more to send than it can that it brings too late what is asked for late: were all that miss
    /// a chunk to ask for it, none could show it. One of a neighborhood asks (<see cref="RescueElection"/>) and passes it on.
    /// </summary>
    public bool IsSlow => _transferTime > MaxTransferTime * 2;

    /// <summary>The origin is sending the first chunks of its own accord: asking for them would bring them twice.</summary>
    public bool IsJoining { get; set; }

    /// <summary>Where playback began, or jumped to.</summary>
    public ChunkId JoinsFrom { get; set; }

    /// <summary>Runs under way.</summary>
    public int Runs => _runs.Count;

    /// <summary>Another run may begin.</summary>
    public bool CanFetch(TimeSpan now) => _runs.Count < MaxRuns && now >= _blockedUntil;

    /// <summary>Notes a chunk to be fetched with the next <see cref="Flush"/>, unless it is on its way with the reply to the join.</summary>
    /// <param name="entry">The chunk.</param>
    /// <param name="cause">What it is counted as.</param>
    /// <param name="isAhead">
    /// It has time. Such come one run after the other, and only while nothing else is fetched: runs share the line, and of
    /// six the one that is due first would get a sixth of it.
    /// </param>
    public void Want(ChunkEntry entry, OriginCause cause, bool isAhead = false)
    {
        if (!IsJoining || !IsInJoin(entry))
        {
            _wanted.Add((entry.Id, cause, isAhead));
        }
    }

    /// <summary>Sends what was wanted, as few runs as possible; what finds no room is dropped and will be wanted again.</summary>
    public void Flush(TimeSpan now)
    {
        _wanted.Sort(static (a, b) => a.Id.CompareTo(b.Id));
        int from = 0;
        while (from < _wanted.Count && CanFetch(now))
        {
            int to = from + 1;
            while (to < _wanted.Count
                && to - from < MaxRunLength
                && _wanted[to].Id == _wanted[to - 1].Id.Next
                && _wanted[to].Cause == _wanted[from].Cause
                && _wanted[to].IsAhead == _wanted[from].IsAhead)
            {
                to++;
            }

            if (!_wanted[from].IsAhead || _runs.Count == 0)
            {
                Begin(now, new ChunkRange(_wanted[from].Id, _wanted[to - 1].Id), _wanted[from].Cause);
            }

            from = to;
        }

        _wanted.Clear();
    }

    /// <summary>A run ended; what it did not bring can be fetched again.</summary>
    public void Ended(TimeSpan now, int request, OriginFetchResult result)
    {
        if (!_runs.Remove(request, out Run run))
        {
            return;
        }

        Release(request, run, isGone: result == OriginFetchResult.Gone);
        Learn(now, run, result);
    }

    /// <summary>
    /// Ends the runs that playback no longer waits for: what the origin would send for them is taken from what others wait
    /// for. And a slow origin is thought better of as time goes by: who does not ask learns nothing.
    /// </summary>
    /// <param name="now">The time.</param>
    /// <param name="next">The next chunk to be played.</param>
    public void Tick(TimeSpan now, ChunkId next)
    {
        if (IsSlow)
        {
            _transferTime *= Math.Pow(SlownessKeptPerSecond, (now - _tickedAt).TotalSeconds);
        }

        _tickedAt = now;
        foreach ((int request, Run run) in _runs)
        {
            // One that has brought all ends by itself.
            if (run.Range.Last < next && window.Find(run.Range.Last) is not { IsHeld: true })
            {
                _passed.Add(request);
            }
        }

        // The order of a dictionary is nobody's promise.
        _passed.Sort();
        foreach (int request in _passed)
        {
            _runs.Remove(request, out Run run);
            LearnTime(now, run);
            Cancel(request, run);
        }

        _passed.Clear();
    }

    /// <summary>Forgets every run: the window moved elsewhere.</summary>
    public void CancelAll()
    {
        foreach ((int request, Run run) in _runs.OrderBy(run => run.Key))
        {
            Cancel(request, run);
        }

        _runs.Clear();
    }

    private void Cancel(int request, Run run)
    {
        outbox.CancelFetch(request);
        Release(request, run, isGone: false);
    }

    private void Release(int request, Run run, bool isGone)
    {
        for (ChunkId id = run.Range.First; id <= run.Range.Last; id = id.Next)
        {
            if (window.Find(id) is { } entry && entry.OriginRequest == request)
            {
                window.SetOriginRequest(entry, 0);
                entry.IsGone |= isGone && !entry.IsHeld;
            }
        }
    }

    private bool IsInJoin(ChunkEntry entry) =>
        window.Find(JoinsFrom) is not { Batch: not null } first
        || entry.Info.PresentationTime < first.Info.PresentationTime + MediaTime.FromTimeSpan(JoinMedia);

    private void Begin(TimeSpan now, ChunkRange range, OriginCause cause)
    {
        int request = ++_lastRequest;
        _runs.Add(request, new Run(range, now));
        for (ChunkId id = range.First; id <= range.Last; id = id.Next)
        {
            ChunkEntry entry = window.Find(id)!;
            window.SetOriginRequest(entry, request);
            entry.OriginCause = cause;
        }

        outbox.FetchChunks(request, range);
    }

    private void Learn(TimeSpan now, Run run, OriginFetchResult result)
    {
        switch (result)
        {
            case OriginFetchResult.Completed:
                _failureDelay = MinFailureDelay;
                LearnTime(now, run);
                break;
            case OriginFetchResult.NotYet:
                _blockedUntil = now + NotYetDelay;
                break;
            case OriginFetchResult.Failed:
                _blockedUntil = now + _failureDelay;
                _failureDelay = _failureDelay * 2 < MaxFailureDelay ? _failureDelay * 2 : MaxFailureDelay;
                break;
        }
    }

    private void LearnTime(TimeSpan now, Run run)
    {
        TimeSpan taken = (now - run.Begun) / Math.Max(1, run.Range.Count / 2.0);
        _transferTime = (_transferTime * 0.8) + ((taken < LongestSample ? taken : LongestSample) * 0.2);
    }

    private readonly record struct Run(ChunkRange Range, TimeSpan Begun);
}
