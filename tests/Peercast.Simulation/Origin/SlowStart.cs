namespace Peercast.Simulation.Origin;

/// <summary>How long TCP needs to have sent the first bytes of a reply (RFC 6928: ten packets, then twice as many every round trip).</summary>
internal static class SlowStart
{
    private const long InitialWindow = 10 * 1460;

    /// <summary>Whole round trips before the last of so many bytes may leave.</summary>
    public static TimeSpan Delay(long bytes, TimeSpan roundTrip)
    {
        long window = InitialWindow;
        long allowed = window;
        TimeSpan delay = TimeSpan.Zero;
        while (allowed < bytes)
        {
            window *= 2;
            allowed += window;
            delay += roundTrip;
        }

        return delay;
    }
}
