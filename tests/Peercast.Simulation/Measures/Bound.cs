using Peercast.Simulation.Viewers;

namespace Peercast.Simulation.Measures;

/// <summary>
/// The least that any system could take from the origin: one copy, and what the viewers together cannot give each
/// other, in stream rates: max(1, N - sum of uplinks / rate).
/// </summary>
internal static class Bound
{
    /// <summary>Its mean over the measured seconds, by who was there.</summary>
    public static double MeanOver(Setting setting, TimeSpan length, IReadOnlyList<ViewerLog> viewers)
    {
        int from = (int)setting.WarmUp.TotalSeconds, to = (int)length.TotalSeconds;
        double[] present = new double[to + 1], uplinks = new double[to + 1];
        foreach (ViewerLog viewer in viewers)
        {
            int begin = Math.Clamp((int)viewer.Profile.JoinsAt.TotalSeconds, 0, to);
            TimeSpan leaves = Earlier(viewer.Profile.LeavesAt, viewer.Profile.FallsSilentAt) ?? length;
            int end = Math.Clamp((int)leaves.TotalSeconds, begin, to);
            double uplink = GivesNothing(viewer.Profile) ? 0 : viewer.Profile.Uplink;
            present[begin]++;
            present[end]--;
            uplinks[begin] += uplink;
            uplinks[end] -= uplink;
        }

        double n = 0, up = 0, sum = 0;
        for (int second = 0; second < to; second++)
        {
            n += present[second];
            up += uplinks[second];
            sum += second >= from ? Math.Max(1, n - (up / setting.Broadcast.Plan.Rate)) : 0;
        }

        return sum / Math.Max(1, to - from);
    }

    /// <summary>No other viewer gets anything good from it.</summary>
    public static bool GivesNothing(Network.PeerProfile profile) =>
        profile.Manners != Network.Manners.Honest || profile.ReachesNobody;

    private static TimeSpan? Earlier(TimeSpan? a, TimeSpan? b) => a is null ? b : b is null || a < b ? a : b;
}
