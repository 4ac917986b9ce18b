namespace Peercast.Protocol.Swarm;

/// <summary>How a fetch from the origin ended.</summary>
public enum OriginFetchResult
{
    /// <summary>Everything that was asked for has been handed over.</summary>
    Completed,

    /// <summary>The origin does not have it yet.</summary>
    NotYet,

    /// <summary>The origin no longer has it.</summary>
    Gone,

    /// <summary>The origin could not be reached, answered with an error, or the fetch was canceled.</summary>
    Failed,
}
