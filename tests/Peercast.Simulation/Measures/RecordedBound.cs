using Peercast.Simulation.Network;

namespace Peercast.Simulation.Measures;

/// <summary>
/// The least that any system could take from the origin for a recording. Viewers are at different places and may fetch
/// ahead, so no second can be reckoned alone: up to any moment the origin has sent whatever has been shown at least
/// once, and whatever was watched beyond what the viewers could have given each other from the beginning on.
/// </summary>
internal static class RecordedBound
{
    /// <summary>In stream rates, mean over the run from its first moment.</summary>
    /// <param name="viewers">All that were to come.</param>
    /// <param name="rate">Of the recording, in bits per second.</param>
    /// <param name="recording">Media in it.</param>
    /// <param name="length">Of the run.</param>
    public static double MeanOver(IReadOnlyList<PeerProfile> viewers, long rate, TimeSpan recording, TimeSpan length)
    {
        int seconds = (int)length.TotalSeconds, media = (int)recording.TotalSeconds;
        bool[] shown = new bool[media];
        int distinct = 0;
        double watched = 0, given = 0, least = 0;
        for (int second = 0; second < seconds; second++)
        {
            foreach (PeerProfile profile in viewers)
            {
                if (second < profile.JoinsAt.TotalSeconds || second >= Leaves(profile, length))
                {
                    continue;
                }

                given += Bound.GivesNothing(profile) ? 0 : profile.Uplink / (double)rate;
                int position = PositionAt(profile, second, media);
                if (position < media)
                {
                    watched++;
                    distinct += shown[position] ? 0 : 1;
                    shown[position] = true;
                }
            }

            least = Math.Max(least, Math.Max(distinct, watched - given));
        }

        return least / Math.Max(1, seconds);
    }

    private static double Leaves(PeerProfile profile, TimeSpan length)
    {
        TimeSpan leaves = profile.LeavesAt ?? length;
        return (profile.FallsSilentAt is { } silent && silent < leaves ? silent : leaves).TotalSeconds;
    }

    private static int PositionAt(PeerProfile profile, int second, int media)
    {
        double from = 0, since = profile.JoinsAt.TotalSeconds;
        foreach ((TimeSpan at, double fraction) in profile.Seeks)
        {
            if (second >= at.TotalSeconds)
            {
                (from, since) = (fraction * media, at.TotalSeconds);
            }
        }

        return (int)(from + second - since);
    }
}
