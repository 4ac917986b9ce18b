using System.Net;

namespace Peercast.WebRtc.Driver;

/// <summary>What a driver asks the machine for, where it is not to be the machine itself.</summary>
internal sealed record DriverParts
{
    /// <summary>Looks up the names in candidates; <see langword="null"/>: multicast DNS.</summary>
    public IHostNameResolver? Names { get; init; }

    /// <summary>The networks; <see langword="null"/>: those of the system.</summary>
    public ILocalNetwork? Network { get; init; }

    /// <summary>Where UPnP gateways are searched for; <see langword="null"/>: in their multicast group.</summary>
    public IPEndPoint? UpnpGroup { get; init; }

    /// <summary>How long UPnP gateways get to remove the mappings before everything ends; some take a second to answer.</summary>
    public TimeSpan FarewellTime { get; init; } = TimeSpan.FromSeconds(2);
}
