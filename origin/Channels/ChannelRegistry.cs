using Microsoft.Extensions.Options;

namespace Peercast.Origin.Channels;

/// <summary>The channels of this origin, as configured; fixed from start to end.</summary>
internal sealed class ChannelRegistry : IDisposable
{
    private readonly Dictionary<string, Channel> _byName = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Loads every configured channel.</summary>
    /// <exception cref="OriginStartException">One of them cannot be loaded.</exception>
    public ChannelRegistry(IOptions<PeercastOriginOptions> options, TimeProvider time)
    {
        PeercastOriginOptions origin = options.Value;
        try
        {
            foreach ((string name, ChannelOptions channel) in origin.Channels.OrderBy(c => c.Key, StringComparer.Ordinal))
            {
                _byName.Add(name, Load(name, channel, origin, time));
            }
        }
        catch
        {
            // Nobody else can, and their folders are held until then.
            Dispose();
            throw;
        }

        All = [.. _byName.Values.OrderBy(c => c.Name, StringComparer.Ordinal)];
    }

    /// <summary>All channels by name.</summary>
    public IReadOnlyList<Channel> All { get; }

    /// <summary>The channel of that name, in any case.</summary>
    public Channel? Find(string name) => _byName.GetValueOrDefault(name);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Channel channel in _byName.Values)
        {
            channel.Dispose();
        }
    }

    private static Channel Load(string name, ChannelOptions channel, PeercastOriginOptions origin, TimeProvider time)
    {
        var folder = new ChannelFolder(origin.DataFolder, name);
        try
        {
            return new Channel(name, channel, origin, folder, time);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }
}
