using Peercast.Origin.Channels;

namespace Peercast.Origin;

/// <summary>The channels of an origin, for the application that hosts it.</summary>
public sealed class OriginChannels
{
    private readonly ChannelRegistry _registry;

    internal OriginChannels(ChannelRegistry registry) => _registry = registry;

    /// <summary>All channels, by name.</summary>
    public IReadOnlyList<OriginChannel> All => [.. _registry.All.Select(c => new OriginChannel(c))];

    /// <summary>The channel of that name, or <see langword="null"/>.</summary>
    public OriginChannel? Find(string name) => _registry.Find(name) is { } channel ? new OriginChannel(channel) : null;
}

/// <summary>A channel, as it is now.</summary>
public sealed class OriginChannel
{
    private readonly Channel _channel;

    internal OriginChannel(Channel channel) => _channel = channel;

    /// <summary>Its name in addresses.</summary>
    public string Name => _channel.Name;

    /// <summary>For people.</summary>
    public string Title => _channel.Title;

    /// <summary>Live or recorded.</summary>
    public ChannelKind Kind => _channel.Kind;

    /// <summary>What it is doing.</summary>
    public ChannelState State => _channel.State;

    /// <summary>SHA-256 of its public key, 64 hexadecimal digits: the <c>#k=</c> of watch links.</summary>
    public string Fingerprint => _channel.Fingerprint.ToString();

    /// <summary>The publisher's secret; <see langword="null"/> where the channel plays files. Show it to nobody else.</summary>
    public string? StreamKey => _channel.StreamKey;

    /// <summary>Viewers now.</summary>
    public int Viewers => _channel.Viewers.Viewers;

    /// <summary>Share of the media bytes that viewers had from neighbors, 0 to 1.</summary>
    public double OffloadRatio => _channel.Viewers.OffloadRatio;
}
