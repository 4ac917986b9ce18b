using Peercast.Simulation.Network;
using Peercast.Simulation.Scenarios;

namespace Peercast.Simulation.Lab;

/// <summary>A lab population as a scenario of the simulator: its viewers are not drawn anew, whatever the seed.</summary>
internal sealed class LabScenario(LabPopulation population, long rate) : Scenario
{
    /// <summary>Packets in the lab take no time worth mentioning; the simulator's shortest path is two of these.</summary>
    public static readonly TimeSpan AccessDelay = TimeSpan.FromMilliseconds(5);

    public override string Id => population.Scenario;

    public override string Title => $"the lab's viewers of {population.Scenario}";

    public override long Rate => rate;

    public override TimeSpan Latency => population.Latency;

    public override TimeSpan WarmUp => population.WarmUp;

    public override TimeSpan Length => population.Length;

    public override List<PeerProfile> Draw(int peers, Timing timing, Random random) => [.. population.Viewers.Select(viewer => viewer.Profile)];
}
