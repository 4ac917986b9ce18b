namespace Peercast.Origin.Egress;

/// <summary>
/// Lets HLS players in as long as they all fit in their share of the budget: each takes the channel's whole rate for as long
/// as it plays. A state machine without clock or lock.
/// </summary>
/// <param name="bytesPerSecond">The budget.</param>
internal sealed class HlsDoor(double bytesPerSecond)
{
    /// <summary>A segment takes some seconds to be over, and a player that was let in as long to show.</summary>
    private const double Window = 10;

    private readonly EgressMeter _taken = new(Window);
    private readonly EgressMeter _entered = new(Window);

    /// <summary>A segment was asked for.</summary>
    public void Taken(TimeSpan now, long bytes) => _taken.Add(now, bytes);

    /// <summary>A player asks for the channel.</summary>
    /// <param name="now">The time.</param>
    /// <param name="mediaPerSecond">The channel's rate in bytes per second.</param>
    public bool TryEnter(TimeSpan now, double mediaPerSecond)
    {
        // Those who entered lately show in part in what was taken; counting them twice for a while errs on the safe side.
        double entered = _entered.Rate(now) * Window;
        if (_taken.Rate(now) + entered + mediaPerSecond > bytesPerSecond * EgressPacer.HlsShare)
        {
            return false;
        }

        _entered.Add(now, mediaPerSecond);
        return true;
    }
}
