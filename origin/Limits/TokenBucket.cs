namespace Peercast.Origin.Limits;

/// <summary>A rate limit: <paramref name="burst"/> at once, then <paramref name="rate"/> per second.</summary>
internal struct TokenBucket(double burst, double rate)
{
    private readonly double _burst = burst;
    private double _tokens = burst;
    private TimeSpan _refilled = TimeSpan.MinValue;

    /// <summary>Takes one token; <c>false</c> when there is none.</summary>
    public bool TryTake(TimeSpan now)
    {
        if (_refilled == TimeSpan.MinValue)
        {
            _refilled = now;
        }
        else if (now > _refilled)
        {
            _tokens = Math.Min(_burst, _tokens + ((now - _refilled).TotalSeconds * rate));
            _refilled = now;
        }

        if (_tokens < 1)
        {
            return false;
        }

        _tokens -= 1;
        return true;
    }
}
