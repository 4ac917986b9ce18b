namespace Peercast.Protocol.Swarm;

/// <summary>Where playback stands.</summary>
public enum PlaybackState
{
    /// <summary><see cref="SwarmSession.Start"/> has not been called.</summary>
    Idle,

    /// <summary>The first part is not there yet.</summary>
    Starting,

    /// <summary>The playout clock runs.</summary>
    Playing,

    /// <summary>A chunk is missing at its deadline: the playout clock waits.</summary>
    Stalled,

    /// <summary>Paused by the viewer.</summary>
    Paused,

    /// <summary>The last chunk of the channel has been delivered and its time is over.</summary>
    Ended,
}
