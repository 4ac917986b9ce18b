using Peercast.Origin.Egress;
using Peercast.Protocol.Primitives;
using Peercast.Protocol.Swarm;
using Peercast.Simulation.Engines;
using Peercast.Simulation.Kernel;
using Peercast.Simulation.Media;
using Peercast.Simulation.Origin;

namespace Peercast.Simulation.Viewers;

/// <summary>A viewer's requests to the origin, and the join of the media as the player does it.</summary>
internal sealed class ViewerOrigin(Viewer viewer, Setting setting)
{
    /// <summary>TCP, TLS, the channel's descriptor, the clock.</summary>
    private const int OpeningRoundTrips = 4;

    /// <summary>The player finds a position in a recording by bisection over batches, from what it knows of the channel.</summary>
    private const int SeekRoundTrips = 3;

    private static readonly TimeSpan JoinRetry = TimeSpan.FromSeconds(1);

    private readonly Random _chance = new(HashCode32.Of(setting.Seed, viewer.Index, 2));
    private readonly Dictionary<int, OriginRequest> _fetches = [];
    private readonly List<ReadOnlyMemory<byte>> _joinBatches = [];
    private bool _hasStarted;
    private bool _hasBegun;
    private bool _isAdmitted = !setting.HasQueue;
    private long _ticket;
    private int _lastJoin;

    /// <summary>Opens the channel.</summary>
    public void Begin() => Join(-1, OpeningRoundTrips);

    /// <summary>Jumps to a fraction of a recording.</summary>
    public void Seek(double fraction)
    {
        var target = new ChunkId((long)(fraction * (setting.Broadcast.ChunkCount - 1)));
        viewer.Log.Seek(viewer.Now, target);
        Join(target.Value, SeekRoundTrips);
    }

    public void FetchChunks(int request, ChunkRange range)
    {
        var fetch = new OriginRequest(OriginRequestKind.Chunks, viewer.Index, request, range, default);
        _fetches[request] = fetch;
        Send(fetch, TimeSpan.Zero);
    }

    public void CancelFetch(int request)
    {
        if (_fetches.Remove(request, out OriginRequest? fetch))
        {
            viewer.Send(setting.OriginActor, viewer.Now + Delay, new SimEvent(EventKind.OriginCancel, request, fetch));
        }
    }

    public void FetchBatches(ChunkId from, TimeSpan wait) =>
        Send(new OriginRequest(OriginRequestKind.Batches, viewer.Index, 0, new ChunkRange(from, from), wait), TimeSpan.Zero);

    /// <summary>Something came from the origin.</summary>
    public void Handle(in SimEvent e)
    {
        switch (e.Kind)
        {
            case EventKind.OriginBatch:
                TakeBatch((OriginRequest)e.Content!, e.Bytes);
                break;
            case EventKind.OriginChunk:
                TimeSpan through = viewer.Network.ArriveFromOrigin(e.Bytes.Length);
                if (through > viewer.Now)
                {
                    viewer.Schedule(through, e with { Kind = EventKind.OriginChunkThroughDownlink });
                }
                else
                {
                    TakeChunk((OriginRequest)e.Content!, new ChunkId(e.Number), e.Bytes);
                }

                break;
            case EventKind.OriginChunkThroughDownlink:
                TakeChunk((OriginRequest)e.Content!, new ChunkId(e.Number), e.Bytes);
                break;
            case EventKind.OriginReplyEnd:
                // What waits for the downlink comes before the end of its reply.
                TimeSpan end = viewer.Network.ArriveAtReplyEnd();
                if (end > viewer.Now)
                {
                    viewer.Schedule(end, e);
                }
                else
                {
                    End((OriginReplyEnd)e.Content!);
                }

                break;
            case EventKind.JoinAgain:
                Join(-1, 0);
                break;
        }
    }

    private TimeSpan Delay => setting.Paths.DelayToOrigin(viewer.Index);

    private void Join(long at, int roundTrips)
    {
        _joinBatches.Clear();
        _hasBegun = false;
        var join = new OriginRequest(
            OriginRequestKind.Join, viewer.Index, ++_lastJoin, new ChunkRange(new ChunkId(at), new ChunkId(at)), setting.Options.TargetLatency, _ticket);
        Send(join, Delay * 2 * roundTrips);
    }

    private void Send(OriginRequest request, TimeSpan later) =>
        viewer.Send(setting.OriginActor, viewer.Now + later + Delay, new SimEvent(EventKind.OriginRequest, 0, request));

    private void TakeBatch(OriginRequest request, ReadOnlyMemory<byte> encoded)
    {
        if (request.Kind == OriginRequestKind.Batches)
        {
            viewer.Run((session, now) => session.AddOriginBatch(now, encoded.Span));
        }
        else if (request.Request == _lastJoin)
        {
            if (!_isAdmitted)
            {
                _isAdmitted = true;
                viewer.Log.Admit(viewer.Now - (Delay * 2));
                viewer.Signaling.Begin(roundTrips: 1);
            }

            _joinBatches.Add(encoded);
        }
    }

    private void TakeChunk(OriginRequest request, ChunkId id, ReadOnlyMemory<byte> bytes) => viewer.Run((session, now) =>
    {
        if (request.Kind == OriginRequestKind.Join && request.Request == _lastJoin && !_hasBegun)
        {
            Start(session, now, id);
        }

        session.AddOriginChunk(now, id, bytes);
    });

    private void Start(IViewerEngine session, TimeSpan now, ChunkId first)
    {
        session.SetJoining(now, isJoining: true);
        if (_hasStarted)
        {
            session.Seek(now, first);
        }
        else
        {
            TimeSpan error = viewer.Profile.ClockError;
            session.SetOriginClock(now, setting.Broadcast.Plan.WallClock + (long)(viewer.Now + error).TotalMilliseconds);
            session.Start(now, first);
        }

        (_hasStarted, _hasBegun) = (true, true);
        foreach (ReadOnlyMemory<byte> batch in _joinBatches)
        {
            session.AddOriginBatch(now, batch.Span);
        }

        _joinBatches.Clear();
    }

    private void End(OriginReplyEnd end)
    {
        switch (end.Kind)
        {
            case OriginRequestKind.Chunks:
                if (_fetches.Remove(end.Request))
                {
                    viewer.Run((session, now) => session.OriginFetchEnded(now, end.Request, end.Result));
                }

                break;
            case OriginRequestKind.Batches:
                viewer.Run((session, now) => session.OriginBatchesEnded(now, end.Result));
                break;
            case OriginRequestKind.Join:
                if (end.Request == _lastJoin)
                {
                    viewer.Run((session, now) => session.SetJoining(now, isJoining: false));
                }

                if (end is { Join: { } answer })
                {
                    Wait(answer);
                }
                else if (end.Request == _lastJoin && !_hasBegun)
                {
                    viewer.Schedule(viewer.Now + JoinRetry, new SimEvent(EventKind.JoinAgain));
                }

                break;
        }
    }

    /// <summary>As in the player: a fifth of the wait is chance, so that those who were told the same do not come together.</summary>
    private void Wait(JoinAnswer answer)
    {
        viewer.Log.Queue(viewer.Now, isRefused: answer.Verdict == JoinVerdict.Refused);
        if (answer.Verdict == JoinVerdict.Refused)
        {
            viewer.Schedule(viewer.Now, new SimEvent(EventKind.Leave));
            return;
        }

        _ticket = answer.Ticket;
        viewer.Schedule(viewer.Now + (answer.RetryAfter * (1 + (0.2 * _chance.NextDouble()))), new SimEvent(EventKind.JoinAgain));
    }
}
