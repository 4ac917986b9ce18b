using Peercast.Protocol.Signaling;

namespace Peercast.Origin.Tracker;

/// <summary>The way to one viewer. Neither method waits or throws.</summary>
internal interface ITrackerConnection
{
    /// <summary>Queues a message; a viewer too slow to take its messages is cut off.</summary>
    void Send(SignalingMessage message);

    /// <summary>Closes after the messages queued before.</summary>
    void Close();
}
