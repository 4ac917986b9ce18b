using Peercast.Simulation.Network;
using Peercast.Simulation.Scenarios;

namespace Peercast.Simulation.Lab;

/// <summary>A lab population as a scenario of the simulator: its viewers are not drawn anew, whatever the seed.</summary>
internal sealed class LabScenario(LabPopulation population, long rate) : Scenario
{
    /// <summary>Packets in the lab take no time worth mentioning; the simulator's shortest path is two of these.</summary>
    public static readonly TimeSpan AccessDelay = TimeSpan.FromMilliseconds(5);

    /// <summary>
    /// Bits per second of each line upward in the lab that the simulator sends nothing of: Ethernet headers, which the lab's lines
    /// count, STUN, and the origin's long polls for batches. Measured with 11 neighbors.
    /// </summary>
    private const long UnsentBits = 16_000;

    public override string Id => population.Scenario;

    public override string Title => $"the lab's viewers of {population.Scenario}";

    public override long Rate => rate;

    public override TimeSpan Latency => population.Latency;

    public override TimeSpan WarmUp => population.WarmUp;

    public override TimeSpan Length => population.Length;

    public override List<PeerProfile> Draw(int peers, Timing timing, Random random) =>
        [.. population.Viewers.Select(viewer => viewer.Profile with { LineUp = Math.Max(1, viewer.Profile.LineUp - UnsentBits) })];
}
