namespace Peercast.Origin.Rtmp;

/// <summary>Why a publisher's bytes were not accepted; each ends that connection and nothing else.</summary>
internal enum RtmpError
{
    /// <summary>Nothing is wrong.</summary>
    None,

    /// <summary>The first byte is not 3: another protocol, or encrypted RTMP.</summary>
    Version,

    /// <summary>A chunk refers to an earlier header of its chunk stream, and there is none.</summary>
    HeaderMissing,

    /// <summary>A chunk begins a message while the one before on the same chunk stream is not complete.</summary>
    HeaderInsideMessage,

    /// <summary>More chunk streams than <see cref="RtmpLimits.ChunkStreams"/>.</summary>
    TooManyChunkStreams,

    /// <summary>A message longer than allowed, or too many incomplete ones.</summary>
    MessageTooLarge,

    /// <summary>A chunk size of 0.</summary>
    ChunkSize,

    /// <summary>A control message that is too short.</summary>
    Truncated,

    /// <summary>A command that is no AMF0, too deep, or too large.</summary>
    Amf,

    /// <summary>An aggregate message whose parts do not fit into it.</summary>
    Aggregate,
}
