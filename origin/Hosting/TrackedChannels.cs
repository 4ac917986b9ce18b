using Peercast.Origin.Channels;
using Peercast.Origin.Tracker;
using Peercast.Protocol.Primitives;

namespace Peercast.Origin;

/// <summary>Tells the tracker the channels' swarms, and the channels what the tracker knows of their viewers.</summary>
internal sealed class TrackedChannels(ChannelRegistry channels) : ITrackedChannels
{
    /// <inheritdoc/>
    public bool TryGetSwarm(string channel, out SwarmId swarm)
    {
        Channel? found = channels.Find(channel);
        swarm = found?.SwarmId ?? default;
        return found is not null;
    }

    /// <summary>From now on the channels' figures of viewers are the tracker's.</summary>
    public static void Report(ChannelRegistry channels, TrackerHub hub)
    {
        foreach (Channel channel in channels.All)
        {
            SwarmId swarm = channel.SwarmId;
            channel.ViewerSource = () =>
            {
                SwarmStatistics statistics = hub.Statistics(swarm);
                return new ViewerTotals(statistics.Viewers, statistics.OriginBytes, statistics.NeighborBytes);
            };
        }
    }
}
