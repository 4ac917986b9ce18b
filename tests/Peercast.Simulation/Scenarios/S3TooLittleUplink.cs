using Peercast.Simulation.Network;

namespace Peercast.Simulation.Scenarios;

/// <summary>The viewers together cannot give each other the whole stream: the origin has to make up for it, and should not do more.</summary>
internal sealed class S3TooLittleUplink(int percent) : Scenario
{
    public override string Id => $"S3-{percent}";

    public override string Title => $"skewed uplinks, mean {percent}% of the rate, no churn";

    public override List<PeerProfile> Draw(int peers, Timing timing, Random random) => Population.SkewedTo(peers, Rate, percent / 100.0, timing, random);
}
