namespace Peercast.WebRtc.Sctp.Congestion;

/// <summary>Where the cycle of the model stands (draft-ietf-ccwg-bbr, section 5.3).</summary>
internal enum BbrState
{
    /// <summary>The rate doubles every round until that brings nothing more.</summary>
    Startup,

    /// <summary>The queue that the start built is emptied.</summary>
    Drain,

    /// <summary>A little slower than the path, to leave room.</summary>
    Down,

    /// <summary>As fast as the path.</summary>
    Cruise,

    /// <summary>One round that fills the path before it is probed.</summary>
    Refill,

    /// <summary>Faster than the path, to see whether it does more.</summary>
    Up,

    /// <summary>Little in flight, to see the round-trip time without queues.</summary>
    ProbeRtt,
}
