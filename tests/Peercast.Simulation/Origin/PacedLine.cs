using Peercast.Origin.Egress;
using Peercast.Protocol.Primitives;

namespace Peercast.Simulation.Origin;

/// <summary>
/// The line of an origin with a budget: the production pacer and the production admission in front of a line that is fast.
/// </summary>
internal sealed class PacedLine : IReplyLine
{
    private readonly Dictionary<(int Viewer, int Request), PacedReply> _fetches = [];

    /// <param name="budget">In bits per second.</param>
    /// <param name="random">For tickets.</param>
    public PacedLine(long budget, Random random)
    {
        Pacer = new EgressPacer(budget / 8.0);
        Admission = new JoinAdmission(budget / 8.0, () => random.NextInt64(1, long.MaxValue));
    }

    /// <summary>When what is sent.</summary>
    public EgressPacer Pacer { get; }

    /// <summary>Who may join.</summary>
    public JoinAdmission Admission { get; }

    /// <inheritdoc/>
    public bool IsDown => false;

    /// <inheritdoc/>
    public TimeSpan Due => Pacer.Due;

    /// <inheritdoc/>
    public IReadOnlyList<OriginRequest> SetRate(long rate) => throw new NotSupportedException("A budget stands before a line that is always fast.");

    /// <inheritdoc/>
    public void Add(TimeSpan now, OriginRequest request, List<(ChunkId Id, int Bytes)> media)
    {
        long bytes = media.Sum(m => (long)m.Bytes);
        EgressClass kind = request.IsFirstJoin ? EgressClass.Joining : EgressClass.Watching;
        PacedReply paced = Pacer.Open(kind, bytes);
        paced.Tag = new Reply(request, new Queue<(ChunkId, int)>(media), now);
        if (kind == EgressClass.Watching)
        {
            Admission.Taken(now, bytes);
            _fetches[(request.Viewer, request.Request)] = paced;
        }

        Pacer.Want(paced, media.Count > 0 ? media[0].Bytes : 0);
    }

    /// <inheritdoc/>
    public void Cancel(int viewer, int request)
    {
        if (_fetches.Remove((viewer, request), out PacedReply? paced))
        {
            Pacer.Close(paced);
        }
    }

    /// <inheritdoc/>
    public Sent? Complete(TimeSpan now)
    {
        if (Pacer.TryTake(now) is not { } paced)
        {
            return null;
        }

        var reply = (Reply)paced.Tag!;
        ChunkId? chunk = reply.Media.TryDequeue(out var sent) ? sent.Id : null;
        if (reply.Media.TryPeek(out var next))
        {
            Pacer.Want(paced, next.Bytes);
            return new Sent(reply, chunk, IsLast: false);
        }

        Pacer.Close(paced);
        _fetches.Remove((reply.Request.Viewer, reply.Request.Request));
        return new Sent(reply, chunk, IsLast: true);
    }
}
