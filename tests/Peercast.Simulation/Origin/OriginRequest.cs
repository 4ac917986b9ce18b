using Peercast.Origin.Egress;
using Peercast.Protocol.Primitives;
using Peercast.Protocol.Swarm;

namespace Peercast.Simulation.Origin;

/// <summary>What a viewer asks the origin for over HTTP.</summary>
/// <param name="Kind">What.</param>
/// <param name="Viewer">The viewer's actor.</param>
/// <param name="Request">The viewer's name for it.</param>
/// <param name="Range">Chunks: which; batches and join: from which on.</param>
/// <param name="Wait">Batches: how long to wait for a new one. Join: the latency aimed at.</param>
/// <param name="Ticket">Join: the place in the queue, 0 for none.</param>
internal sealed record OriginRequest(OriginRequestKind Kind, int Viewer, int Request, ChunkRange Range, TimeSpan Wait, long Ticket = 0)
{
    /// <summary>A join by somebody who does not watch yet.</summary>
    public bool IsFirstJoin => Kind == OriginRequestKind.Join && Range.First.Value < 0;
}

/// <summary>The origin's addresses.</summary>
internal enum OriginRequestKind
{
    /// <summary>Everything for a fast start.</summary>
    Join,

    /// <summary>A run of chunks.</summary>
    Chunks,

    /// <summary>Manifest batches.</summary>
    Batches,
}

/// <summary>How a reply ended.</summary>
/// <param name="Kind">To what.</param>
/// <param name="Request">The viewer's name for it.</param>
/// <param name="Result">How.</param>
/// <param name="Join">A join that was not let in.</param>
internal sealed record OriginReplyEnd(OriginRequestKind Kind, int Request, OriginFetchResult Result, JoinAnswer? Join = null);

/// <summary>A change of the origin's condition.</summary>
/// <param name="At">When.</param>
/// <param name="Rate">Its uplink from then on, in bits per second; 0: it cannot be reached.</param>
internal sealed record OriginCondition(TimeSpan At, long Rate);
