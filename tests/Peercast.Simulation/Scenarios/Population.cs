using Peercast.Protocol.Scheduling;
using Peercast.Simulation.Network;

namespace Peercast.Simulation.Scenarios;

/// <summary>Draws viewers with their lines.</summary>
internal static class Population
{
    /// <summary>The skewed uplinks of the literature, before scaling: share of the viewers, bits per second.</summary>
    public static IReadOnlyList<(double Share, long Uplink)> Skewed { get; } =
        [(0.20, 128_000), (0.40, 384_000), (0.25, 1_000_000), (0.15, 5_000_000)];

    /// <summary>Of the line upward, this much may be given to others; the rest is for headers and the viewer's own use.</summary>
    private const double UsableShare = 0.8;

    /// <summary>Nobody states more than this of the line upward: connections are made, packets are lost, and others use it too.</summary>
    private const double MostStated = 0.95;

    /// <summary>Everybody can give the same.</summary>
    /// <param name="peers">How many.</param>
    /// <param name="rate">Of the stream, in bits per second.</param>
    /// <param name="meanOverRate">Uplink over rate.</param>
    /// <param name="timing">When they come.</param>
    /// <param name="random">For places and times.</param>
    public static List<PeerProfile> Equal(int peers, long rate, double meanOverRate, Timing timing, Random random) =>
        [.. Enumerable.Range(0, peers).Select(_ => Viewer((long)(rate * meanOverRate), rate, timing, random))];

    /// <summary>Few can give much, most can give little.</summary>
    /// <param name="peers">How many.</param>
    /// <param name="rate">Of the stream, in bits per second.</param>
    /// <param name="meanOverRate">Mean uplink over rate, after scaling.</param>
    /// <param name="timing">When they come.</param>
    /// <param name="random">For places and times.</param>
    public static List<PeerProfile> SkewedTo(int peers, long rate, double meanOverRate, Timing timing, Random random)
    {
        long[] uplinks = Shares(peers, Skewed, random);
        double scale = meanOverRate * rate * peers / uplinks.Sum();
        return [.. uplinks.Select(uplink => Viewer((long)(uplink * scale), rate, timing, random))];
    }

    /// <summary>One value for each viewer, so that each share is kept as exactly as the number allows, in random order.</summary>
    public static long[] Shares(int peers, IReadOnlyList<(double Share, long Uplink)> shares, Random random)
    {
        var values = new long[peers];
        int from = 0;
        double upTo = 0;
        foreach ((double share, long uplink) in shares)
        {
            upTo += share;
            int to = Math.Min(peers, (int)Math.Round(upTo * peers));
            Array.Fill(values, uplink, from, to - from);
            from = to;
        }

        Array.Fill(values, shares[^1].Uplink, from, peers - from);
        random.Shuffle(values);
        return values;
    }

    /// <summary>One viewer who opens the player early in the warm-up.</summary>
    public static PeerProfile Viewer(long uplink, long rate, Timing timing, Random random) => new()
    {
        Uplink = uplink,
        StatedUplink = Stated(uplink, rate),
        LineUp = LineFor(uplink),
        LineDown = Math.Max(rate * 4, uplink * 2),
        AccessDelay = Paths.ShortestAccessDelay + TimeSpan.FromMilliseconds(random.Next(31)),
        JoinsAt = TimeSpan.FromMilliseconds(random.Next((int)timing.Opening.TotalMilliseconds)),
    };

    /// <summary>What can be given to others of a line upward, in bits per second.</summary>
    public static long UsableOf(long line) => (long)(line * UsableShare);

    /// <summary>The line upward of a viewer who can give so much, in bits per second.</summary>
    private static long LineFor(long uplink) => Math.Max(100_000, (long)(uplink / UsableShare));

    /// <summary>What giving so much takes on the line, with the acknowledgments of a stream and the control messages.</summary>
    private static long Stated(long uplink, long rate)
    {
        double headers = (double)WireCost.Message(WireCost.PacketPayload) / WireCost.PacketPayload;
        const int Sample = WireCost.AcknowledgedPackets * WireCost.PacketPayload;
        double besides = ((double)WireCost.Acknowledgments(Sample) / Sample) + 0.02;
        return (long)Math.Min(MostStated * LineFor(uplink), (uplink * headers) + (rate * besides));
    }

    /// <summary>A random part of the viewers, changed.</summary>
    public static void Change(List<PeerProfile> viewers, double share, Random random, Func<PeerProfile, PeerProfile> change)
    {
        int[] order = [.. Enumerable.Range(0, viewers.Count)];
        random.Shuffle(order);
        foreach (int i in order.Take((int)Math.Round(share * viewers.Count)))
        {
            viewers[i] = change(viewers[i]);
        }
    }
}
