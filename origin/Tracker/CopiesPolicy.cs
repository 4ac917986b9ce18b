namespace Peercast.Origin.Tracker;

/// <summary>
/// How many seeds fetch each chunk from the origin (k). Every audience starts from one copy: what it needs beyond that
/// depends on its uplinks and its latency more than on its size, and shows in the copies fetched late, for want of time.
/// The origin's egress is early copies plus late ones, so an early copy is worth having where it saves about one late
/// copy. Whether it does is tried out: a step up or down stays when it paid, else it is taken back and not tried again
/// for a while. With more late copies than early ones there is nothing to try, the uplinks are too small.
/// </summary>
internal sealed class CopiesPolicy
{
    // A ratio of fewer chunks than this says nothing.
    private const int MinChunks = 50;

    // Late copies over viewers from which a further early copy is tried: one chunk in a thousand at the last moment.
    private const double Noticeable = 0.001;

    // Late copies that an early one must save. Less than 1, because a late copy also came at the last moment. With fewer late ones than
    // that there is nothing to try, either: a trial costs its copy for 20 s.
    private const double Worth = 0.8;

    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FirstRest = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(480);

    private readonly Direction _up = new();
    private readonly Direction _down = new();
    private TimeSpan _windowEnd = TimeSpan.MinValue;
    private long _chunks;
    private long _fallbacks;
    private int _copies = 1;
    private int _before = 1;
    private double _lateBefore;
    private bool _isTrial;
    private bool _isFresh;

    /// <summary>How many copies now.</summary>
    /// <param name="now">The time.</param>
    /// <param name="audience">Viewers.</param>
    /// <param name="chunks">Chunks that all viewers received so far.</param>
    /// <param name="fallbacks">Of these, those fetched from the origin for want of time.</param>
    public int Update(TimeSpan now, int audience, long chunks, long fallbacks)
    {
        // Each seed is a viewer, and the last one would fetch what three others already give it.
        int most = Math.Clamp(audience / 4, 1, TrackerLimits.Seeds / 2);
        if (_windowEnd == TimeSpan.MinValue)
        {
            _windowEnd = now + Window;
        }
        else if (now >= _windowEnd)
        {
            long received = chunks - _chunks;
            if (received >= MinChunks)
            {
                Judge(now, (double)(fallbacks - _fallbacks) / received * audience, audience, most);
                (_chunks, _fallbacks) = (chunks, fallbacks);
            }

            _windowEnd = now + Window;
        }

        _copies = Math.Clamp(_copies, 1, most);
        return _copies;
    }

    private void Judge(TimeSpan now, double late, int audience, int most)
    {
        if (_isFresh)
        {
            // Chunks of before the last step were still falling due.
            _isFresh = false;
            return;
        }

        int step = Math.Max(1, _copies / 4);
        if (_isTrial)
        {
            EndTrial(now, late);
        }
        else if (late > _copies)
        {
            Step(late, Math.Min(_copies * 2, _copies + (int)Math.Ceiling(late / 2)), most, isTrial: false);
        }
        else if (late > Noticeable * audience && late > Worth * step && now >= _up.RestsUntil)
        {
            Step(late, _copies + step, most, isTrial: true);
        }
        else if (now >= _down.RestsUntil)
        {
            // A crowd leaves many behind: by half, then, for as long as that pays.
            Step(late, _copies - (_down.Rest == FirstRest ? Math.Max(1, _copies / 2) : step), most, isTrial: true);
        }
    }

    private void Step(double late, int copies, int most, bool isTrial)
    {
        copies = Math.Clamp(copies, 1, most);
        if (copies != _copies)
        {
            (_before, _lateBefore) = (_copies, late);
            (_copies, _isTrial, _isFresh) = (copies, isTrial, true);
        }
    }

    private void EndTrial(TimeSpan now, double late)
    {
        _isTrial = false;
        bool wasUp = _copies > _before;
        bool hasPaid = wasUp
            ? _lateBefore - late >= Worth * (_copies - _before)
            : late - _lateBefore <= Worth * (_before - _copies);
        Direction direction = wasUp ? _up : _down;
        if (hasPaid)
        {
            direction.Rest = FirstRest;
        }
        else
        {
            (_copies, _isFresh) = (_before, true);
            direction.RestsUntil = now + direction.Rest;
            direction.Rest = direction.Rest * 2 < LongestRest ? direction.Rest * 2 : LongestRest;
        }
    }

    /// <summary>When steps this way may be tried again, and how long they rest when the next fails.</summary>
    private sealed class Direction
    {
        public TimeSpan Rest { get; set; } = FirstRest;

        public TimeSpan RestsUntil { get; set; }
    }
}
