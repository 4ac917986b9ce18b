using Peercast.Protocol.Scheduling;

namespace Peercast.Simulation.Network;

/// <summary>
/// The paths between viewers, and to the origin: delay, loss, whether a connection is possible. Worked out from the
/// profiles when asked, since most pairs never meet.
/// </summary>
/// <param name="profiles">By actor index.</param>
/// <param name="blockedPairs">Share of the pairs that cannot connect whatever their address translation.</param>
/// <param name="seed">Which pairs these are.</param>
internal sealed class Paths(IReadOnlyDictionary<int, PeerProfile> profiles, double blockedPairs, int seed)
{
    /// <summary>From the middle of the network to the origin and its tracker, one way.</summary>
    public static readonly TimeSpan OriginDelay = TimeSpan.FromMilliseconds(10);

    /// <summary>No viewer is closer to the middle of the network than this, one way.</summary>
    public static readonly TimeSpan ShortestAccessDelay = TimeSpan.FromMilliseconds(5);

    /// <summary>The line of a viewer.</summary>
    public PeerProfile this[int actor] => profiles[actor];

    /// <summary>One-way delay between two viewers.</summary>
    public TimeSpan Delay(int a, int b) => profiles[a].AccessDelay + profiles[b].AccessDelay;

    /// <summary>One-way delay between a viewer and the origin.</summary>
    public TimeSpan DelayToOrigin(int a) => profiles[a].AccessDelay + OriginDelay;

    /// <summary>Share of the packets lost between two viewers.</summary>
    public double Loss(int a, int b) => 1 - ((1 - profiles[a].Loss) * (1 - profiles[b].Loss));

    /// <summary>Whether two viewers can connect at all.</summary>
    public bool CanConnect(int a, int b)
    {
        PeerProfile left = profiles[a], right = profiles[b];
        return !left.ReachesNobody
            && !right.ReachesNobody
            && Passes(left.Nat, right.Nat)
            && !(blockedPairs > 0 && Hash(Math.Min(a, b), Math.Max(a, b)) < blockedPairs);
    }

    /// <summary>
    /// What TCP gets out of a path that loses packets, in bits per second: segment size over round-trip time times the
    /// square root of 1.5 over the loss (Mathis et al. 1997, for Reno's halving).
    /// </summary>
    public static double TcpRateLimit(double loss, TimeSpan delay) =>
        loss <= 0 ? double.PositiveInfinity : WireCost.PacketPayload * 8 / (2 * delay.TotalSeconds) * Math.Sqrt(1.5 / loss);

    // With a symmetric translation at one end, the other end must let in whoever comes.
    private static bool Passes(NatClass a, NatClass b) =>
        (a != NatClass.Symmetric || b == NatClass.Open) && (b != NatClass.Symmetric || a == NatClass.Open);

    private double Hash(int low, int high)
    {
        ulong x = ((ulong)(uint)low << 32 | (uint)high) + ((ulong)(uint)seed * 0x9E3779B97F4A7C15);
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return ((x ^ (x >> 31)) >> 11) * (1.0 / (1UL << 53));
    }
}
