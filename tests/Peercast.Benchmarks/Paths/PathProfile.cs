namespace Peercast.Benchmarks.Paths;

/// <summary>What lies between two ends, the same in both directions.</summary>
/// <param name="Name">On the command line and in tables.</param>
/// <param name="RoundTrip">Delay there and back, queueing aside.</param>
/// <param name="Loss">Share of the packets that vanish by chance.</param>
/// <param name="BytesPerSecond">The rate of the bottleneck; zero: none.</param>
/// <param name="QueueBytes">What waits before the bottleneck at most; the rest is dropped as it comes.</param>
internal sealed record PathProfile(string Name, TimeSpan RoundTrip = default, double Loss = 0, double BytesPerSecond = 0, int QueueBytes = 0)
{
    private static readonly TimeSpan FarAway = TimeSpan.FromMilliseconds(40);

    /// <summary>The ends see each other's sockets.</summary>
    public static PathProfile Loopback { get; } = new("loopback");

    /// <summary>All that have a name.</summary>
    public static IReadOnlyList<PathProfile> All { get; } =
    [
        Loopback,
        new("40ms", FarAway),
        new("40ms-0.5%", FarAway, Loss: 0.005),
        new("40ms-2%", FarAway, Loss: 0.02),
        new("40ms-50Mbit", FarAway, BytesPerSecond: 50e6 / 8, QueueBytes: 250_000),
    ];

    /// <summary>Whether a relay is needed.</summary>
    public bool IsDirect => this == Loopback;
}
