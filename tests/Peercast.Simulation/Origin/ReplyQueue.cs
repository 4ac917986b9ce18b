using Peercast.Protocol.Primitives;
using Peercast.Simulation.Network;

namespace Peercast.Simulation.Origin;

/// <summary>The origin's uplink: replies under way, served in turn, a chunk of each.</summary>
internal sealed class ReplyQueue : IReplyLine
{
    private readonly Queue<Reply> _turns = [];
    private double _ticksPerByte;
    private Reply? _current;

    public ReplyQueue(long rate) => SetRate(rate);

    /// <summary>The origin cannot be reached.</summary>
    public bool IsDown { get; private set; }

    /// <summary>When <see cref="Complete"/> is due.</summary>
    public TimeSpan Due { get; private set; } = TimeSpan.MaxValue;

    /// <summary>Changes the rate.</summary>
    /// <param name="rate">In bits per second; 0: everything under way is lost, and nothing is answered.</param>
    /// <returns>The replies that were lost.</returns>
    public IReadOnlyList<OriginRequest> SetRate(long rate)
    {
        IsDown = rate == 0;
        _ticksPerByte = TimeSpan.TicksPerSecond * 8.0 / Math.Max(1, rate);
        if (!IsDown)
        {
            return [];
        }

        List<OriginRequest> lost = [.. _turns.Select(reply => reply.Request)];
        if (_current is { } current)
        {
            lost.Add(current.Request);
        }

        _turns.Clear();
        _current = null;
        Due = TimeSpan.MaxValue;
        return lost;
    }

    /// <summary>Adds a reply.</summary>
    public void Add(TimeSpan now, OriginRequest request, List<(ChunkId Id, int Bytes)> media)
    {
        _turns.Enqueue(new Reply(request, new Queue<(ChunkId, int)>(media), now));
        if (_current is null)
        {
            Begin(now);
        }
    }

    /// <summary>Ends a reply early; the chunk on the line is sent to its end.</summary>
    public void Cancel(int viewer, int request)
    {
        foreach (Reply reply in _turns)
        {
            if (reply.Request.Viewer == viewer && reply.Request.Kind == OriginRequestKind.Chunks && reply.Request.Request == request)
            {
                reply.Media.Clear();
            }
        }
    }

    /// <summary>A chunk has left.</summary>
    public Sent? Complete(TimeSpan now)
    {
        Reply reply = _current!;
        _current = null;
        ChunkId? chunk = reply.Media.TryDequeue(out var sent) ? sent.Id : null;
        bool isLast = reply.Media.Count == 0;
        if (!isLast)
        {
            _turns.Enqueue(reply);
        }

        Begin(now);
        return new Sent(reply, chunk, isLast);
    }

    private void Begin(TimeSpan now)
    {
        Due = TimeSpan.MaxValue;
        if (_turns.TryDequeue(out _current))
        {
            int bytes = HttpCost.Of(_current.Media.TryPeek(out var next) ? next.Bytes : 0);
            Due = now + new TimeSpan((long)(bytes * _ticksPerByte));
        }
    }
}
