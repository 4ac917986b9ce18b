using System.Net;

namespace Peercast.WebRtc.Ice;

/// <summary>A candidate of the peer. One learned from a check becomes the signaled one when that arrives later (RFC 8838 section 11).</summary>
internal sealed class IceRemoteCandidate(IPEndPoint endPoint, IceCandidateType type, uint priority, string foundation)
{
    public IPEndPoint EndPoint { get; } = endPoint;

    public IceCandidateType Type { get; private set; } = type;

    public uint Priority { get; private set; } = priority;

    public string Foundation { get; private set; } = foundation;

    public void Become(IceCandidateLine signaled)
    {
        Type = signaled.Type;
        Priority = signaled.Priority;
        Foundation = signaled.Foundation;
    }
}
