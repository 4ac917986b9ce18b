using Peercast.Simulation.Network;

namespace Peercast.Simulation.Scenarios;

/// <summary>Lines as they are sold today, a sharper picture, less delay.</summary>
internal sealed class S8ModernAccess : Scenario
{
    private static readonly (double Share, long Line)[] Lines =
        [(0.10, 0), (0.25, 5_000_000), (0.35, 20_000_000), (0.20, 50_000_000), (0.10, 200_000_000)];

    public override string Id => "S8";

    public override string Title => "modern access lines, 80% of them used, 6 Mb/s, latency 4 s";

    public override long Rate => 6_000_000;

    public override TimeSpan Latency => TimeSpan.FromSeconds(4);

    public override List<PeerProfile> Draw(int peers, Timing timing, Random random) =>
        [.. Population.Shares(peers, Lines, random).Select(line => Population.Viewer((long)(line * 0.8), Rate, timing, random) with
        {
            LineUp = Math.Max(1_000_000, line),
            LineDown = Math.Max(30_000_000, line * 2),
            Nat = (NatClass)(random.Next(10) switch { < 5 => 0, < 9 => 1, _ => 2 }),
        })];
}
