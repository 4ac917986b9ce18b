using System.Net;

namespace Peercast.WebRtc.Ice;

/// <summary>The state of a pair's check, RFC 8445 section 6.1.2.6.</summary>
internal enum IcePairState
{
    /// <summary>Waits for another pair of the same foundation.</summary>
    Frozen,

    /// <summary>May be checked.</summary>
    Waiting,

    /// <summary>A check is on its way.</summary>
    InProgress,

    /// <summary>A check succeeded: the pair is valid.</summary>
    Succeeded,

    /// <summary>No answer, or an error.</summary>
    Failed,
}

/// <summary>One of our sockets and one address of the peer, RFC 8445 section 6.1.2.</summary>
internal sealed class IceCandidatePair(IceLocalCandidate local, IceRemoteCandidate remote)
{
    public IceLocalCandidate LocalCandidate { get; } = local;

    public IceRemoteCandidate RemoteCandidate { get; } = remote;

    /// <summary>The address of the socket to send from.</summary>
    public IPEndPoint LocalBase => LocalCandidate.Base;

    /// <summary>The address to send to.</summary>
    public IPEndPoint Remote => RemoteCandidate.EndPoint;

    public ulong Priority { get; private set; }

    public IcePairState State { get; set; } = IcePairState.Frozen;

    /// <summary>The check that decides the state; <see langword="null"/> when none is outstanding.</summary>
    public IceTransaction? Check { get; set; }

    /// <summary>
    /// The controlling peer has nominated the pair: it counts once our own check of it succeeds (RFC 8445 section 7.3.1.5), or once the pair in use is silent.
    /// </summary>
    public bool PeerNominated { get; set; }

    /// <summary>The peer has sent or answered an authentic check on this pair: what else comes on it may be the peer's too.</summary>
    public bool PeerIsAuthentic { get; set; }

    /// <summary>When the peer last answered a check on this pair.</summary>
    public TimeSpan ConfirmedAt { get; set; }

    /// <summary>When the peer last answered or sent a check on this pair.</summary>
    public TimeSpan HeardAt { get; set; }

    /// <summary>Round-trip time of the latest check answered without retransmission; <see langword="null"/> before.</summary>
    public TimeSpan? RoundTrip { get; set; }

    public void UpdatePriority(bool controlling) => Priority = controlling
        ? IcePriority.OfPair(LocalCandidate.Priority, RemoteCandidate.Priority)
        : IcePriority.OfPair(RemoteCandidate.Priority, LocalCandidate.Priority);

    public bool HasFoundationOf(IceCandidatePair other) =>
        string.Equals(LocalCandidate.Foundation, other.LocalCandidate.Foundation, StringComparison.Ordinal)
        && string.Equals(RemoteCandidate.Foundation, other.RemoteCandidate.Foundation, StringComparison.Ordinal);
}
