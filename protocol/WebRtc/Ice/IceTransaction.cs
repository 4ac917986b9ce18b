using System.Net;
using Peercast.WebRtc.Stun;

namespace Peercast.WebRtc.Ice;

/// <summary>What a request of ours is for.</summary>
internal enum IceTransactionKind
{
    /// <summary>To a STUN server, for a server-reflexive candidate.</summary>
    Gather,

    /// <summary>A connectivity check or a nomination.</summary>
    Check,

    /// <summary>A consent check, RFC 7675; never retransmitted.</summary>
    Consent,
}

/// <summary>A request that waits for its response, RFC 8489 section 6.2.1.</summary>
internal sealed class IceTransaction
{
    public required StunTransactionId Id { get; init; }

    public required IceTransactionKind Kind { get; init; }

    /// <summary>The request; retransmissions are byte for byte the same.</summary>
    public required byte[] Request { get; init; }

    public required IPEndPoint LocalBase { get; init; }

    public required IPEndPoint Remote { get; init; }

    /// <summary>The pair under check; <see langword="null"/> when gathering.</summary>
    public IceCandidatePair? Pair { get; init; }

    /// <summary>Our role as the request told it.</summary>
    public bool Controlling { get; init; }

    /// <summary>The request nominates the pair.</summary>
    public bool UseCandidate { get; init; }

    public required TimeSpan SentAt { get; init; }

    /// <summary>When to send again, or to give up when no sends are left.</summary>
    public required TimeSpan DueAt { get; set; }

    public required TimeSpan Rto { get; set; }

    public required int SendsLeft { get; set; }

    public bool Retransmitted { get; set; }

    /// <summary>Still takes a response, until it is due; sends no more.</summary>
    public void StopSending() => SendsLeft = 0;
}
