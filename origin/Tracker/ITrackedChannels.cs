using Peercast.Protocol.Primitives;

namespace Peercast.Origin.Tracker;

/// <summary>What the tracker needs to know of the channels.</summary>
internal interface ITrackedChannels
{
    /// <summary>The swarm of a channel; <c>false</c>: there is no such channel.</summary>
    bool TryGetSwarm(string channel, out SwarmId swarm);
}
