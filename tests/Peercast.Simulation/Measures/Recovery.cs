namespace Peercast.Simulation.Measures;

/// <summary>How long the origin has to give more after a disturbance than it gave before.</summary>
internal static class Recovery
{
    /// <summary>What it gave before is the mean of so many seconds, or of those since the warm-up.</summary>
    private const int Before = 30;

    /// <summary>Single seconds are noise: a run of so many has to be back.</summary>
    private const int Run = 5;

    /// <summary>Back is within a fifth.</summary>
    private const double Tolerance = 1.2;

    /// <summary>Seconds from the disturbance to the first run of seconds that is back; to the end if none is.</summary>
    /// <param name="bytesBySecond">What the origin sent.</param>
    /// <param name="warmUp">What came before is not looked at.</param>
    /// <param name="disturbedAt">When it happened.</param>
    /// <param name="length">Of the run.</param>
    public static double Seconds(IReadOnlyList<long> bytesBySecond, TimeSpan warmUp, TimeSpan disturbedAt, TimeSpan length)
    {
        int at = (int)disturbedAt.TotalSeconds, end = (int)length.TotalSeconds;
        double usual = Mean(bytesBySecond, Math.Max((int)warmUp.TotalSeconds, at - Before), at);
        for (int second = at; second + Run <= end; second++)
        {
            if (Mean(bytesBySecond, second, second + Run) <= usual * Tolerance)
            {
                return second - at;
            }
        }

        return end - at;
    }

    private static double Mean(IReadOnlyList<long> bytes, int from, int to)
    {
        double sum = 0;
        for (int second = from; second < to && second < bytes.Count; second++)
        {
            sum += bytes[second];
        }

        return sum / Math.Max(1, to - from);
    }
}
