using Peercast.Simulation.Network;

namespace Peercast.Simulation.Scenarios;

/// <summary>With uplink to spare, how near to the live edge can all of them watch?</summary>
/// <param name="meanUplink">In rates.</param>
/// <param name="latency">Aimed at.</param>
internal sealed class S12LowLatency(int meanUplink, TimeSpan latency) : Scenario
{
    public override string Id => $"S12-{meanUplink}";

    public override string Title => $"skewed uplinks, mean {meanUplink} rates, latency {latency.TotalSeconds:0.#} s";

    public override TimeSpan Latency => latency;

    public override List<PeerProfile> Draw(int peers, Timing timing, Random random) =>
        Population.SkewedTo(peers, Rate, meanUplink, timing, random);
}
