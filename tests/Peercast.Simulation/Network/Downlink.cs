namespace Peercast.Simulation.Network;

/// <summary>A viewer's line downward: what comes from everywhere waits for its turn.</summary>
internal sealed class Downlink(long bitsPerSecond)
{
    private readonly double _ticksPerByte = TimeSpan.TicksPerSecond * 8.0 / Math.Max(1, bitsPerSecond);
    private TimeSpan _free;

    /// <summary>A message has come to the line.</summary>
    /// <param name="now">The time.</param>
    /// <param name="wireBytes">With headers.</param>
    /// <returns>
    /// When its last byte is through. A line that nobody else uses passes the packets on as they come, so only waiting
    /// delays a message.
    /// </returns>
    public TimeSpan Arrive(TimeSpan now, int wireBytes)
    {
        var own = new TimeSpan((long)(wireBytes * _ticksPerByte));
        if (_free <= now)
        {
            _free = now + own;
            return now;
        }

        return _free += own;
    }
}
