namespace Peercast.Origin.Tracker;

/// <summary>Limits of the tracker that depend on the audience and the machine.</summary>
public sealed class TrackerOptions
{
    /// <summary>Viewers of one channel at most; further ones are told that it is full, and play from the origin alone. Default 20,000.</summary>
    public int MaxViewersPerChannel { get; set; } = 20_000;

    /// <summary>Tracker connections of all channels together at most; each costs about 20 KiB. Default 50,000.</summary>
    public int MaxConnections { get; set; } = 50_000;

    /// <summary>
    /// Tracker connections of one IPv4 address or one IPv6 /64 network at most. An office or a campus may share one
    /// address, so this bounds abuse only. Default 512.
    /// </summary>
    public int MaxConnectionsPerAddress { get; set; } = 512;
}
