namespace Peercast.Origin.Tracker;

/// <summary>
/// How many seeds fetch each chunk from the origin (k). Every audience starts from one copy: what it needs beyond that
/// depends on its uplinks and its latency more than on its size, and shows in the copies fetched late, for want of time.
/// The origin's egress is early copies plus late ones, and late ones fall about as c / k; such a sum is least where both
/// are alike. So early copies follow late ones: up while there are more late ones, down while there are far fewer.
/// </summary>
internal sealed class CopiesPolicy
{
    // A ratio of fewer chunks than this says nothing.
    private const int MinChunks = 50;

    // Late copies above this share of the early ones: one early copy too few. Egress alone would say 1; a late copy is
    // also a chunk that came at the last moment.
    private const double Wanting = 0.5;

    // Late copies below this share: one early copy too many. Far from the above, or it would never rest.
    private const double Calm = 0.125;

    // Calm windows before half of the copies are taken back.
    private const int CalmWindows = 2;

    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    private TimeSpan _windowEnd = TimeSpan.MinValue;
    private long _chunks;
    private long _fallbacks;
    private int _copies = 1;
    private int _calm;

    /// <summary>How many copies now.</summary>
    /// <param name="now">The time.</param>
    /// <param name="audience">Viewers.</param>
    /// <param name="chunks">Chunks that all viewers received so far.</param>
    /// <param name="fallbacks">Of these, those fetched from the origin for want of time.</param>
    public int Update(TimeSpan now, int audience, long chunks, long fallbacks)
    {
        if (_windowEnd == TimeSpan.MinValue)
        {
            _windowEnd = now + Window;
        }
        else if (now >= _windowEnd)
        {
            long received = chunks - _chunks;
            if (received >= MinChunks)
            {
                Judge((double)(fallbacks - _fallbacks) / received * audience);
                (_chunks, _fallbacks) = (chunks, fallbacks);
            }

            _windowEnd = now + Window;
        }

        // Each seed is a viewer, and the last one would fetch what three others already give it.
        _copies = Math.Clamp(_copies, 1, Math.Clamp(audience / 4, 1, TrackerLimits.Seeds / 2));
        return _copies;
    }

    private void Judge(double lateCopies)
    {
        if (lateCopies > Wanting * _copies)
        {
            // Half the way at once: with uplinks too small for the audience there are many late copies.
            _copies += Math.Max(1, (int)((lateCopies - (Wanting * _copies)) / 2));
            _calm = 0;
        }
        else if (lateCopies >= Calm * _copies)
        {
            _calm = 0;
        }
        else if (++_calm >= CalmWindows)
        {
            _copies -= Math.Max(1, _copies / 2);
            _calm = 0;
        }
    }
}
