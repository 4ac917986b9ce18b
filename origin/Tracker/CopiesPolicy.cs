namespace Peercast.Origin.Tracker;

/// <summary>
/// How many seeds fetch each chunk from the origin (k). A small audience needs one copy: every viewer is a hop or two
/// from it. A larger one starts from more, so that a chunk spreads in fewer hops. One more is added while too many
/// chunks are fetched from the origin for want of time, and taken back after that has stopped for a while.
/// </summary>
internal sealed class CopiesPolicy
{
    /// <summary>Most copies.</summary>
    public const int Max = 4;

    /// <summary>Fallbacks over chunks received above which one copy is added.</summary>
    public const double FallbackTarget = 0.02;

    // A ratio of fewer chunks than this says nothing.
    private const int MinChunks = 50;

    // Calm windows before a copy is taken back.
    private const int CalmWindows = 6;

    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    private TimeSpan _windowEnd = TimeSpan.MinValue;
    private long _chunks;
    private long _fallbacks;
    private int _extra;
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
                Judge((double)(fallbacks - _fallbacks) / received);
                (_chunks, _fallbacks) = (chunks, fallbacks);
            }

            _windowEnd = now + Window;
        }

        int start = audience switch { < 30 => 1, < 200 => 2, _ => 3 };

        // With few viewers a further copy hardly spreads a chunk faster, it only costs the origin.
        int limit = Math.Clamp(audience / 4, start, Max);
        _extra = Math.Min(_extra, limit - start);
        return start + _extra;
    }

    private void Judge(double ratio)
    {
        if (ratio > FallbackTarget)
        {
            _extra++;
            _calm = 0;
        }
        else if (ratio < FallbackTarget / 2 && ++_calm >= CalmWindows)
        {
            _extra = Math.Max(0, _extra - 1);
            _calm = 0;
        }
    }
}
