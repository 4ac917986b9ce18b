namespace Peercast.WebRtc;

/// <summary>How the data channels of a connection share the path with other traffic. It concerns what we send only.</summary>
public enum CongestionControl
{
    /// <summary>
    /// By a model of the path's rate and round-trip time (BBR): keeps its rate on paths that lose packets at random and
    /// keeps queues short. The default.
    /// </summary>
    Model,

    /// <summary>CUBIC, RFC 9438: what most TCP does. A loss is taken for congestion, whatever its cause.</summary>
    Cubic,

    /// <summary>
    /// Uses what others leave (LEDBAT): gives way within a second when a queue shows that somebody wants the path, and comes
    /// back when it is free.
    /// </summary>
    Background,
}
