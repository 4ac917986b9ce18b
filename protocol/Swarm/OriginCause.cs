namespace Peercast.Protocol.Swarm;

/// <summary>Why a chunk is taken from the origin.</summary>
internal enum OriginCause
{
    /// <summary>It is not; or it came unasked, with the answer to a join.</summary>
    None,

    /// <summary>Playback has not begun, or there is no neighbor to ask.</summary>
    Startup,

    /// <summary>This peer is one of the chunk's seeds.</summary>
    Seed,

    /// <summary>No neighbor would be in time.</summary>
    Fallback,
}
