using System.Net;
using Peercast.WebRtc.Ice;

namespace Peercast.WebRtc.PortMapping;

/// <summary>Times and bounds of all mappers, so that no answer of a router makes one of them busy.</summary>
internal static class MapperTimes
{
    /// <summary>What is asked for: long enough to be cheap, short enough that a crash leaves no hole for long.</summary>
    public const uint LifetimeSeconds = 3600;

    /// <summary>The least time between two attempts to renew.</summary>
    public static readonly TimeSpan LeastRetry = TimeSpan.FromSeconds(30);

    /// <summary>Until everything is tried again where nothing has worked.</summary>
    public static readonly TimeSpan StartOver = TimeSpan.FromMinutes(10);

    private const uint LeastLifetimeSeconds = 120;
    private const uint MostLifetimeSeconds = 24 * 3600;

    /// <summary>A router's lifetime, within reason.</summary>
    public static TimeSpan Bound(uint seconds) => TimeSpan.FromSeconds(Math.Clamp(seconds, LeastLifetimeSeconds, MostLifetimeSeconds));

    /// <summary>Whether an outer address can be told to a peer.</summary>
    public static bool IsUsable(IPEndPoint external) =>
        external.Port != 0 && IceCandidateLine.IsUnicast(external.Address) && !IPAddress.IsLoopback(external.Address);
}
