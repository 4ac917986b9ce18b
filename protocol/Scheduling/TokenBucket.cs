namespace Peercast.Protocol.Scheduling;

/// <summary>
/// Holds a rate over time. May go below zero by one item, so that an item larger than the burst still passes and is
/// paid off afterwards.
/// </summary>
internal sealed class TokenBucket
{
    private double _perSecond;
    private double _burst;
    private double _tokens;
    private TimeSpan _at;

    /// <summary>Starts full.</summary>
    /// <param name="perSecond">Tokens per second; infinite: no limit.</param>
    /// <param name="burst">The most that is saved up.</param>
    public TokenBucket(double perSecond, double burst)
    {
        _perSecond = perSecond;
        _burst = burst;
        _tokens = burst;
    }

    /// <summary>Changes the rate from now on.</summary>
    public void SetRate(TimeSpan now, double perSecond, double burst)
    {
        Refill(now);
        _perSecond = perSecond;
        _burst = burst;
        _tokens = Math.Min(_tokens, burst);
    }

    /// <summary>What has been taken beyond what was there: it is paid off before the next item passes.</summary>
    public double DebtAt(TimeSpan now)
    {
        Refill(now);
        return Math.Max(0, -_tokens);
    }

    /// <summary>Whether an item may pass now.</summary>
    public bool CanTake(TimeSpan now)
    {
        Refill(now);
        return double.IsPositiveInfinity(_perSecond) || (_tokens > 0 && _perSecond > 0);
    }

    /// <summary>Takes what an item costs, whether there is enough or not.</summary>
    public void Take(TimeSpan now, double tokens)
    {
        Refill(now);
        if (!double.IsPositiveInfinity(_perSecond))
        {
            _tokens -= tokens;
        }
    }

    /// <summary>Takes what an item costs, if it may pass.</summary>
    public bool TryTake(TimeSpan now, double tokens)
    {
        if (!CanTake(now))
        {
            return false;
        }

        Take(now, tokens);
        return true;
    }

    /// <summary>Takes what an item costs, or what there is if that is less.</summary>
    /// <returns>What was taken.</returns>
    public double TakeUpTo(TimeSpan now, double tokens)
    {
        Refill(now);
        double taken = Math.Clamp(_tokens, 0, tokens);
        Take(now, taken);
        return taken;
    }

    /// <summary>When an item may pass; <see cref="TimeSpan.MaxValue"/>: never.</summary>
    public TimeSpan NextAt(TimeSpan now) =>
        CanTake(now) ? now
        : _perSecond <= 0 ? TimeSpan.MaxValue
        : now + TimeSpan.FromSeconds((-_tokens / _perSecond) + 0.001);

    private void Refill(TimeSpan now)
    {
        if (now > _at)
        {
            if (!double.IsPositiveInfinity(_perSecond))
            {
                _tokens = Math.Min(_burst, _tokens + (_perSecond * (now - _at).TotalSeconds));
            }

            _at = now;
        }
    }
}
