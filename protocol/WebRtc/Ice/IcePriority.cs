namespace Peercast.WebRtc.Ice;

/// <summary>Priorities of candidates and pairs, RFC 8445 sections 5.1.2 and 6.1.2.3.</summary>
internal static class IcePriority
{
    private const int Component = 1;

    /// <param name="type">Recommended type preferences (section 5.1.2.2) apply.</param>
    /// <param name="localPreference">0 to 65,535: the higher the better among the candidates of one type.</param>
    public static uint OfCandidate(IceCandidateType type, int localPreference)
    {
        uint typePreference = type switch
        {
            IceCandidateType.Host => 126,
            IceCandidateType.PeerReflexive => 110,
            IceCandidateType.ServerReflexive => 100,
            _ => 0,
        };
        return (typePreference << 24) | ((uint)localPreference << 8) | (256 - Component);
    }

    /// <summary>Both agents compute the same value, whatever side they are on.</summary>
    public static ulong OfPair(uint controllingPriority, uint controlledPriority)
    {
        ulong lower = Math.Min(controllingPriority, controlledPriority);
        ulong higher = Math.Max(controllingPriority, controlledPriority);
        return (lower << 32) + (2 * higher) + (controllingPriority > controlledPriority ? 1UL : 0UL);
    }
}
