using Peercast.Simulation.Network;

namespace Peercast.Simulation.Scenarios;

/// <summary>Viewers state up to twice or down to half of what their lines give, and their clocks are off.</summary>
internal sealed class S11Mistaken : Scenario
{
    public override string Id => "S11";

    public override string Title => "S2, stated uplinks wrong by up to 2 times, clocks off by up to 1 s";

    public override List<PeerProfile> Draw(int peers, Timing timing, Random random) =>
        [.. Population.SkewedTo(peers, Rate, 1.2, timing, random).Select(v => v with
        {
            // Evenly from a half to twice, without a logarithm: as often above as below.
            StatedUplink = (long)(random.Next(2) == 0 ? v.StatedUplink * (1 + random.NextDouble()) : v.StatedUplink / (1 + random.NextDouble())),
            ClockError = TimeSpan.FromSeconds((random.NextDouble() * 2) - 1),
        })];
}
