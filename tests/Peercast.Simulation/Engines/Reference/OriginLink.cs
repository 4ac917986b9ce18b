using Peercast.Protocol.Primitives;
using Peercast.Protocol.Swarm;

namespace Peercast.Simulation.Engines.Reference;

/// <summary>What a reference engine takes from the origin: batches by long polls, without end, and chunks.</summary>
/// <param name="shelf">Where both go.</param>
/// <param name="doLater">Takes what the driver is to do.</param>
internal sealed class OriginLink(ChunkShelf shelf, Action<Action<ISwarmSink>> doLater)
{
    private static readonly TimeSpan PollWait = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PollRetry = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan JoinMedia = TimeSpan.FromSeconds(1);

    private TimeSpan _nextPoll;
    private TimeSpan _startedAt;
    private ChunkId _startedWith;
    private bool _isPolling;
    private int _lastFetch;

    /// <summary>Playback begins, with a second of media in the reply to the join.</summary>
    public void Started(TimeSpan now, ChunkId first) => (_startedAt, _startedWith) = (now, first);

    /// <summary>Whether a chunk is on its way with the reply to the join.</summary>
    public bool IsComing(TimeSpan now, KnownChunk chunk) =>
        now < _startedAt + JoinMedia
        && chunk.Id >= _startedWith
        && shelf.Find(_startedWith) is { } first
        && chunk.Info.PresentationTime < first.Info.PresentationTime + MediaTime.FromTimeSpan(JoinMedia);

    /// <summary>Asks for what is new, unless that is under way.</summary>
    public void Poll(TimeSpan now)
    {
        if (!_isPolling && now >= _nextPoll && !shelf.IsComplete)
        {
            _isPolling = true;
            ChunkId from = shelf.End;
            doLater(sink => sink.FetchBatches(from, PollWait));
        }
    }

    /// <summary>A poll is over.</summary>
    public void PollEnded(TimeSpan now, OriginFetchResult result)
    {
        _isPolling = false;
        _nextPoll = result == OriginFetchResult.Completed ? now : now + PollRetry;
    }

    /// <summary>Fetches chunks.</summary>
    /// <returns>The fetch.</returns>
    public int Fetch(ChunkRange range, FetchCause cause)
    {
        int fetch = ++_lastFetch;
        for (ChunkId id = range.First; id <= range.Last; id = id.Next)
        {
            KnownChunk chunk = shelf.Find(id)!;
            (chunk.Fetch, chunk.Cause) = (fetch, cause);
        }

        doLater(sink => sink.FetchChunks(fetch, range));
        return fetch;
    }

    /// <summary>Gives a fetch up.</summary>
    public void Cancel(int fetch) => doLater(sink => sink.CancelFetch(fetch));
}
