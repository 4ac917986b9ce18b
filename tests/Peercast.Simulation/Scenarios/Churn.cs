using Peercast.Simulation.Network;

namespace Peercast.Simulation.Scenarios;

/// <summary>Viewers that come and go, so that as many are there all the time.</summary>
internal static class Churn
{
    /// <summary>Everybody leaves after a session; another viewer with the same line and another place comes soon after.</summary>
    /// <param name="viewers">Those of the beginning; they have watched for some part of their sessions.</param>
    /// <param name="length">Of the run.</param>
    /// <param name="meanSession">In seconds.</param>
    /// <param name="sigma">Of the lognormal distribution.</param>
    /// <param name="random">The only source of chance.</param>
    public static List<PeerProfile> Replace(List<PeerProfile> viewers, TimeSpan length, double meanSession, double sigma, Random random)
    {
        var all = new List<PeerProfile>();
        foreach (PeerProfile first in viewers)
        {
            PeerProfile viewer = first;

            // Whom one finds watching is more likely somebody who stays long: in proportion to the session's length.
            double session = Draws.LogNormal(random, meanSession * Draws.Exp(sigma * sigma), sigma) * random.NextDouble();
            while (true)
            {
                TimeSpan leaves = viewer.JoinsAt + TimeSpan.FromSeconds(Math.Max(1, session));
                all.Add(viewer with { LeavesAt = leaves < length ? leaves : null });
                TimeSpan next = leaves + TimeSpan.FromSeconds(Draws.Exponential(random, 1));
                if (next >= length)
                {
                    break;
                }

                viewer = viewer with { JoinsAt = next, AccessDelay = Paths.ShortestAccessDelay + TimeSpan.FromMilliseconds(random.Next(31)) };
                session = Draws.LogNormal(random, meanSession, sigma);
            }
        }

        return all;
    }
}
